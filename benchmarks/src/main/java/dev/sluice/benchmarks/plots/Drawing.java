package dev.sluice.benchmarks.plots;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jetbrains.letsPlot.core.util.PlotSvgExportCommon;

/**
 * Draws a plot with Lets-Plot, which lays text out by widths of its own: what comes out is the same on every machine.
 * Not thread-safe.
 */
final class Drawing {

    static final int WIDTH = 800;

    private Drawing() {}

    /** @return the plot as an SVG document */
    static String of(Plot plot) {
        List<List<Mark>> marks =
                plot.tables().stream().map(table -> Mark.of(plot, table)).toList();
        List<Panel> panels = IntStream.range(0, marks.size())
                .mapToObj(i -> new Panel(plot, plot.panels().get(i), marks.get(i), Scale.of(plot, marks, i), i == 0))
                .toList();
        List<Object> figures = new ArrayList<>();
        List<Object> heights = new ArrayList<>();
        int height = 0;
        for (Panel panel : panels) {
            figures.add(panel.specification());
            heights.add((double) panel.height());
            height += panel.height();
        }
        Map<String, Object> grid = new LinkedHashMap<>(Map.of(
                "kind",
                "subplots",
                "layout",
                spec("name", "grid", "ncol", 1, "nrow", panels.size(), "heights", heights, "align", true),
                "figures",
                figures,
                "ggsize",
                spec("width", WIDTH, "height", height)));
        return Svg.tidy(
                PlotSvgExportCommon.INSTANCE.buildSvgImageFromRawSpecs(
                        grid,
                        null,
                        (width, rows, colours) -> {
                            throw new UnsupportedOperationException("no plot has pictures in it");
                        },
                        true),
                plot.title());
    }

    /** @return what Lets-Plot takes for an object: a map that may be changed */
    static Map<String, Object> spec(Object... namesAndValues) {
        Map<String, Object> spec = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            spec.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return spec;
    }
}
