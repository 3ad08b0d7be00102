package dev.sluice.benchmarks.plots;

import static dev.sluice.benchmarks.plots.Drawing.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One table as Lets-Plot is told it. Rows run from top to bottom: the label of a row, then a line for each of its
 * figures, or one for all when they are stacked.
 */
final class Panel {

    /** Told apart by people who see fewer colours, too (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    private static final String GREY = "#8c8c8c";
    private static final String TEXT = "#333333";

    private static final int LINE_PIXELS = 19;
    private static final int FRAME_PIXELS = 92;
    private static final int LEGEND_PIXELS = 34;

    private final Plot plot;
    private final String title;
    private final List<Mark> marks;
    private final boolean legend;
    private final Scale scale;
    private final Set<String> series = new LinkedHashSet<>();
    private final List<Object> labels = new ArrayList<>();
    private final List<Object> labelLines = new ArrayList<>();
    private final List<Double> lines = new ArrayList<>();
    private double bottom;

    /** @param first whether this panel shows the legend, if there is any */
    Panel(Plot plot, String title, List<Mark> marks, Scale scale, boolean first) {
        this.plot = plot;
        this.title = title;
        this.marks = marks;
        this.scale = scale;
        marks.forEach(mark -> series.add(mark.series()));
        this.legend = first && series.size() > 1 && !isNamed();
        layOut();
    }

    private void layOut() {
        String label = "";
        for (Mark mark : marks) {
            boolean begins = !mark.row().equals(label) || labels.isEmpty();
            if (begins) {
                label = mark.row();
                bottom -= labels.isEmpty() ? 0 : 1.35;
                labels.add(label);
                labelLines.add(bottom);
            }
            if (begins || plot.form() != Plot.Form.STACK) {
                bottom -= 0.9;
            }
            lines.add(bottom);
        }
    }

    int height() {
        return (int) Math.round(-bottom * LINE_PIXELS) + 2 * LINE_PIXELS + FRAME_PIXELS + (legend ? LEGEND_PIXELS : 0);
    }

    Map<String, Object> specification() {
        List<Object> layers = new ArrayList<>();
        if (plot.line() != null) {
            layers.add(
                    spec("geom", "vline", "xintercept", plot.line(), "linetype", "dashed", "size", 0.9, "color", TEXT));
        }
        layers.add(rowLabels());
        layers.add(plot.form() == Plot.Form.POINTS ? bounds() : bars());
        if (plot.form() == Plot.Form.POINTS) {
            layers.add(points());
        }
        layers.add(texts());
        return spec(
                "kind", "plot",
                "ggtitle", spec("text", title),
                "layers", layers,
                "scales", List.of(scale.horizontal(plot.axis()), vertical(), colours("color"), colours("fill")),
                "theme", theme());
    }

    private Map<String, Object> rowLabels() {
        List<Object> left = new ArrayList<>(Collections.nCopies(labels.size(), scale.from()));
        return spec(
                "geom",
                "label",
                "data",
                spec("x", left, "y", labelLines, "label", labels),
                "mapping",
                spec("x", "x", "y", "y", "label", "label"),
                "hjust",
                "left",
                "size",
                6.2,
                "color",
                TEXT,
                "fill",
                "#ffffff",
                "label_size",
                0.0,
                "label_r",
                0.0,
                "label_padding",
                0.1);
    }

    private Map<String, Object> bounds() {
        return layer(
                "segment",
                data(),
                spec("x", "low", "y", "line", "xend", "high", "yend", "line", "color", "series"),
                "size",
                1.6,
                "alpha",
                0.55);
    }

    private Map<String, Object> points() {
        return layer("point", data(), spec("x", "value", "y", "line", "color", "series"), "size", 4.2);
    }

    private Map<String, Object> bars() {
        return layer(
                "rect",
                data(),
                spec("xmin", "begin", "xmax", "end", "ymin", "under", "ymax", "over", "fill", "series"),
                "size",
                0.0,
                "color",
                "#ffffff");
    }

    private Map<String, Object> texts() {
        boolean inside = plot.form() == Plot.Form.STACK;
        return layer(
                "text",
                data(),
                spec("x", inside ? "middle" : "right", "y", "line", "label", "text"),
                "hjust",
                inside ? "middle" : "left",
                "size",
                5.6,
                "color",
                inside ? "#ffffff" : TEXT);
    }

    private static Map<String, Object> layer(
            String geometry, Map<String, Object> data, Map<String, Object> mapping, Object... more) {
        Map<String, Object> layer = spec(more);
        layer.putAll(spec("geom", geometry, "data", data, "mapping", mapping, "tooltips", "none"));
        return layer;
    }

    private Map<String, Object> data() {
        Map<String, Object> data = new LinkedHashMap<>();
        double end = 0;
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            double line = lines.get(i);
            boolean stacked = plot.form() == Plot.Form.STACK && i > 0 && line == lines.get(i - 1);
            double begin = stacked ? end : Math.min(0, scale.from());
            end = stacked ? end + mark.value() : mark.value();
            add(data, "series", colourOf(mark));
            add(data, "line", line);
            add(data, "over", line + 0.36);
            add(data, "under", line - 0.36);
            add(data, "value", mark.value());
            add(data, "low", Math.max(scale.from(), mark.low()));
            add(data, "high", mark.high());
            add(data, "begin", begin);
            add(data, "end", end);
            add(data, "middle", (begin + end) / 2);
            add(
                    data,
                    "right",
                    scale.beside(Math.max(mark.value(), mark.high()), plot.form() == Plot.Form.POINTS ? 8 : 3));
            add(data, "text", textOf(mark));
        }
        return data;
    }

    private String textOf(Mark mark) {
        if (plot.form() == Plot.Form.STACK && mark.value() == 0) {
            return "";
        }
        return isNamed() ? mark.text() + " " + mark.series() : mark.text();
    }

    /** So many colours nobody tells apart, and a bar of zero has none. */
    private boolean isNamed() {
        return series.size() > 3;
    }

    @SuppressWarnings("unchecked")
    private static void add(Map<String, Object> data, String column, Object value) {
        ((List<Object>) data.computeIfAbsent(column, name -> new ArrayList<>())).add(value);
    }

    private String colourOf(Mark mark) {
        if (series.size() > 1) {
            return mark.series();
        }
        return plot.emphasis() == null || mark.row().contains(plot.emphasis()) ? "emphasised" : "other";
    }

    private Map<String, Object> colours(String aesthetic) {
        List<Object> names = new ArrayList<>(series.size() > 1 ? series : Set.of("emphasised"));
        List<Object> colours = new ArrayList<>(COLOURS.subList(0, names.size()));
        if (series.size() < 2) {
            names.add("other");
            colours.add(GREY);
        }
        return spec("aesthetic", aesthetic, "limits", names, "values", colours, "name", "");
    }

    private Map<String, Object> vertical() {
        return spec(
                "aesthetic",
                "y",
                "limits",
                List.of(bottom - 0.8, 0.7),
                "expand",
                List.of(0, 0),
                "name",
                "",
                "breaks",
                List.of());
    }

    private Map<String, Object> theme() {
        Map<String, Object> blank = spec("name", "blank", "blank", true);
        return spec(
                "name", "minimal",
                "legend_position", legend ? "top" : "none",
                "axis_title_y", blank,
                "axis_text_y", blank,
                "panel_grid_major_y", blank,
                "panel_grid_minor", blank,
                "plot_background", spec("name", "rect", "fill", "#ffffff", "size", 0.0));
    }
}
