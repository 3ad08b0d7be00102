package dev.sluice.benchmarks.plots;

import static dev.sluice.benchmarks.plots.Drawing.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The figures' axis, with room at its right for what stands behind them.
 *
 * @param from where it begins
 * @param to where it ends
 * @param logarithmic whether equal distances are equal ratios
 */
record Scale(double from, double to, boolean logarithmic) {

    /** About what a letter of a figure's text takes. */
    private static final double LETTER_PIXELS = 7.2;

    /** Points are compared with one another, in all panels; bars with zero, each panel's for itself. */
    static Scale of(Plot plot, List<List<Mark>> panels, int panel) {
        List<Mark> marks = plot.form() == Plot.Form.POINTS
                ? panels.stream().flatMap(List::stream).toList()
                : panels.get(panel);
        double room = 0.04
                + marks.stream().mapToInt(mark -> mark.text().length()).max().orElse(0) * LETTER_PIXELS / Drawing.WIDTH;
        double most = line(plot, most(plot, marks), Math::max);
        if (plot.logarithmic()) {
            return logarithmic(marks, line(plot, positive(marks).min().orElse(1), Math::min), most, room);
        }
        double lowest = marks.stream().mapToDouble(Mark::low).min().orElse(0);
        if (plot.form() != Plot.Form.POINTS) {
            double least = Math.min(0, lowest);
            return new Scale(least, most + room * (most - least), false);
        }
        double nearest = line(plot, lowest, (line, least) -> Math.min(0.95 * line, least));
        double farthest = line(plot, most, (line, high) -> Math.max(1.05 * line, high));
        return new Scale(nearest - 0.08 * (farthest - nearest), farthest + room * (farthest - nearest), false);
    }

    private static Scale logarithmic(List<Mark> marks, double least, double most, double room) {
        if (marks.stream().anyMatch(mark -> mark.value() <= 0)) {
            throw new IllegalArgumentException("a figure of 0 or less has no place on a logarithmic scale: " + marks);
        }
        double span = Math.log(most / least);
        return new Scale(least / Math.exp(0.04 * span), most * Math.exp(room * span), true);
    }

    private static double line(Plot plot, double otherwise, DoubleBinaryOperator which) {
        return plot.line() == null ? otherwise : which.applyAsDouble(plot.line(), otherwise);
    }

    private static double most(Plot plot, List<Mark> marks) {
        if (plot.form() != Plot.Form.STACK) {
            return marks.stream().mapToDouble(Mark::high).max().orElse(1);
        }
        return marks.stream()
                .collect(Collectors.groupingBy(Mark::row, Collectors.summingDouble(Mark::value)))
                .values()
                .stream()
                .mapToDouble(sum -> sum)
                .max()
                .orElse(1);
    }

    /** What is not off by all of itself: an error as large as the figure reaches to the edge. */
    private static DoubleStream positive(List<Mark> marks) {
        return marks.stream()
                .flatMapToDouble(mark -> DoubleStream.of(mark.low() > 0 ? mark.low() : mark.value() / 2, mark.value()));
    }

    /** @return what is that many pixels at the right of it */
    double beside(double at, double pixels) {
        double share = pixels / Drawing.WIDTH;
        return logarithmic ? at * Math.pow(to / from, share) : at + share * (to - from);
    }

    Map<String, Object> horizontal(String name) {
        Map<String, Object> scale =
                spec("aesthetic", "x", "name", name, "limits", List.of(from, to), "expand", List.of(0, 0));
        List<Object> breaks = new ArrayList<>();
        List<Object> labels = new ArrayList<>();
        for (double at : logarithmic ? ratios() : steps()) {
            breaks.add(at);
            labels.add(label(at));
        }
        scale.put("breaks", breaks);
        scale.put("labels", labels);
        if (logarithmic) {
            scale.put("trans", "log10");
        }
        return scale;
    }

    private double[] ratios() {
        double[] digits = to / from > 2000
                ? new double[] {1}
                : to / from > 3 ? new double[] {1, 2, 5} : new double[] {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9};
        return DoubleStream.iterate(Math.floor(Math.log10(from)), power -> power <= Math.log10(to), power -> power + 1)
                .flatMap(power -> DoubleStream.of(digits).map(digit -> rounded(digit * Math.pow(10, power))))
                .filter(this::shown)
                .toArray();
    }

    private double[] steps() {
        double rough = (to - from) / 6;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
        return DoubleStream.iterate(Math.ceil(from / step), count -> count * step <= to, count -> count + 1)
                .map(count -> rounded(count * step))
                .filter(this::shown)
                .toArray();
    }

    // A label at the very edge would be cut, or all would be tilted to make room for it.
    private boolean shown(double at) {
        return at >= from && beside(at, 14) <= to;
    }

    private static double rounded(double at) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.6g", at));
    }

    private static String label(double at) {
        String text = at >= 1000 || at == Math.rint(at)
                ? String.format(Locale.ROOT, "%,.0f", at)
                : String.format(Locale.ROOT, "%.4f", at).replaceAll("0+$", "");
        return text.equals("-0") ? "0" : text;
    }
}
