package dev.sluice.benchmarks.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the tables above a picture are drawn, one panel each, as the comment before it says, with one {@code key: value}
 * on a line.
 *
 * @param title what the picture is called
 * @param file where the document looks for it
 * @param tables what it shows
 * @param panels {@code panels: a | b}: the panels' titles if there are several tables
 * @param rows {@code rows: column + column}: columns that name a row; the first unless told
 * @param series {@code series: column}: one that tells which of several marks of a row this is
 * @param values what is shown of each row
 * @param axis {@code axis: text}: what the figures are, and their unit
 * @param form {@code form: points|bars|stack}
 * @param logarithmic {@code scale: log}
 * @param line {@code line: 1}: a figure to compare with, drawn through all panels
 * @param emphasis {@code emphasis: word}: rows that have it are coloured, the others grey
 */
record Plot(
        String title,
        String file,
        List<ResultTable> tables,
        List<String> panels,
        List<String> rows,
        @Nullable String series,
        List<Value> values,
        String axis,
        Form form,
        boolean logarithmic,
        @Nullable Double line,
        @Nullable String emphasis) {

    private static final Set<String> KEYS = Set.of(
            "panels",
            "rows",
            "series",
            "value",
            "low",
            "high",
            "error",
            "limit",
            "axis",
            "form",
            "scale",
            "line",
            "emphasis");

    /** How a figure is drawn. */
    enum Form {
        /** A point, with a bar over its bounds. */
        POINTS,
        /** A bar from zero. */
        BARS,
        /** The figures of a row behind one another, from zero. */
        STACK
    }

    /**
     * A figure of each row: {@code value: column = name}; of several numbers in a cell {@code column #2} is the second.
     *
     * @param figure where it is
     * @param name what it is called beside other figures of its row
     * @param low {@code low: column}: its lower bound
     * @param high {@code high: column}: its upper bound
     * @param error {@code error: column}: how far it may be off
     * @param limit {@code limit: column}: the number behind {@code <}, {@code >} or {@code =} there, of which it is the
     *     per cent
     */
    record Value(
            Place figure,
            String name,
            @Nullable Place low,
            @Nullable Place high,
            @Nullable Place error,
            @Nullable String limit) {}

    /**
     * Where a number is.
     *
     * @param column the column's name
     * @param ordinal which number in its cell, from 1; 0 for the first, with all that the cell says beside it
     */
    record Place(String column, int ordinal) {

        static Place of(String text) {
            int mark = text.lastIndexOf('#');
            return mark < 0
                    ? new Place(text.strip(), 0)
                    : new Place(
                            text.substring(0, mark).strip(),
                            Integer.parseInt(text.substring(mark + 1).strip()));
        }
    }

    /** @param comment the lines of the comment */
    static Plot of(String title, String file, List<ResultTable> tables, List<String> comment) {
        PlotLines lines = PlotLines.of(comment, KEYS);
        List<String> panels = lines.list("panels", "\\|");
        if (panels.isEmpty()) {
            panels = List.of(title);
        }
        if (panels.size() != tables.size()) {
            throw new IllegalArgumentException(
                    "%d tables (expected as many as panels: %s)".formatted(tables.size(), panels));
        }
        @Nullable String line = lines.one("line");
        return new Plot(
                title,
                file,
                List.copyOf(tables),
                panels,
                lines.list("rows", "\\+"),
                lines.one("series"),
                values(lines),
                lines.required("axis"),
                Form.valueOf(lines.oneOf("form", "points", "bars", "stack").toUpperCase(Locale.ROOT)),
                lines.oneOf("scale", "linear", "log").equals("log"),
                line == null ? null : Double.valueOf(line),
                lines.one("emphasis"));
    }

    private static List<Value> values(PlotLines lines) {
        List<Value> values = new ArrayList<>();
        for (PlotLines group : lines.groups("value")) {
            String[] figure = group.required("value").split(" = ", 2);
            values.add(new Value(
                    Place.of(figure[0]),
                    figure.length == 1 ? "" : figure[1].strip(),
                    group.place("low"),
                    group.place("high"),
                    group.place("error"),
                    group.one("limit")));
        }
        return values;
    }
}
