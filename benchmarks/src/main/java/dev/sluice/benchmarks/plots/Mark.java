package dev.sluice.benchmarks.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A figure of a table.
 *
 * @param row the label of its row
 * @param series which of the row's figures it is; empty if there is one
 * @param value the number
 * @param low its lower bound; the number itself without one
 * @param high its upper bound; the number itself without one
 * @param text what the table says
 */
record Mark(String row, String series, double value, double low, double high, String text) {

    private static final Pattern NUMBER =
            Pattern.compile("[-−]?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|[-−]?\\d+(?:\\.\\d+)?");
    private static final Pattern RANGE = Pattern.compile("\\((\\S+)–(\\S+)\\)");
    private static final Pattern ERROR = Pattern.compile("±\\s*(\\S+)");
    private static final Pattern LIMIT = Pattern.compile("(?:[<>]=?|=)\\s*([\\d.,]+)");

    /** @return the marks of a table from top to bottom; a cell without a number has none */
    static List<Mark> of(Plot plot, ResultTable table) {
        List<String> labels = labels(plot, table);
        @Nullable List<String> series = plot.series() == null ? null : table.labels(table.column(plot.series()));
        List<Mark> marks = new ArrayList<>();
        for (int row = 0; row < labels.size(); row++) {
            for (Plot.Value value : plot.values()) {
                String name = series == null ? "" : series.get(row);
                name += name.isEmpty() || value.name().isEmpty() ? value.name() : ", " + value.name();
                @Nullable
                Mark mark = of(labels.get(row), name, value, table, table.rows().get(row));
                if (mark != null) {
                    marks.add(mark);
                }
            }
        }
        return marks;
    }

    private static List<String> labels(Plot plot, ResultTable table) {
        List<String> names = plot.rows().isEmpty() ? table.columns().subList(0, 1) : plot.rows();
        List<String> labels = new ArrayList<>();
        for (String name : names) {
            List<String> more = table.labels(table.column(name)).stream()
                    .map(label -> NUMBER.matcher(label).matches() ? name + " " + label : label)
                    .toList();
            for (int row = 0; row < more.size(); row++) {
                if (labels.size() < more.size()) {
                    labels.add(more.get(row));
                } else {
                    labels.set(row, labels.get(row) + ", " + more.get(row));
                }
            }
        }
        return labels;
    }

    private static @Nullable Mark of(
            String label, String series, Plot.Value value, ResultTable table, List<String> row) {
        String cell = row.get(table.column(value.figure().column()));
        @Nullable Double figure = number(cell, value.figure().ordinal());
        if (figure == null) {
            return null;
        }
        if (value.limit() != null) {
            double percent = 100 * figure / Math.max(1, limit(row.get(table.column(value.limit()))));
            return new Mark(label, series, percent, percent, percent, cell);
        }
        double low = bound(value.low(), table, row, figure);
        double high = bound(value.high(), table, row, figure);
        Matcher range = RANGE.matcher(cell);
        if (range.find()) {
            low = parse(range.group(1));
            high = parse(range.group(2));
        }
        double error = value.error() == null ? 0 : bound(value.error(), table, row, 0);
        Matcher stated = ERROR.matcher(cell);
        if (stated.find()) {
            error = parse(stated.group(1));
        }
        int ordinal = value.figure().ordinal();
        String text = ordinal == 0 ? cell : numbers(cell).get(ordinal - 1);
        return new Mark(label, series, figure, low - error, high + error, text);
    }

    private static double bound(Plot.@Nullable Place place, ResultTable table, List<String> row, double otherwise) {
        if (place == null) {
            return otherwise;
        }
        @Nullable Double bound = number(row.get(table.column(place.column())), place.ordinal());
        return bound == null ? otherwise : bound;
    }

    private static double limit(String text) {
        Matcher limit = LIMIT.matcher(text);
        if (!limit.find()) {
            throw new IllegalArgumentException("no limit in '%s' (expected: >= 1000, or the like)".formatted(text));
        }
        return parse(limit.group(1));
    }

    private static @Nullable Double number(String cell, int ordinal) {
        List<String> numbers = numbers(cell);
        int index = Math.max(ordinal, 1) - 1;
        return index < numbers.size() ? Double.valueOf(parse(numbers.get(index))) : null;
    }

    private static List<String> numbers(String cell) {
        return NUMBER.matcher(cell).results().map(match -> match.group()).toList();
    }

    private static double parse(String number) {
        return Double.parseDouble(number.replace(",", "").replace('−', '-'));
    }
}
