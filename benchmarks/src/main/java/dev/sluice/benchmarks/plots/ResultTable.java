package dev.sluice.benchmarks.plots;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table of the document.
 *
 * @param columns the names of its columns
 * @param rows the cells of each row, as many as there are columns, without emphasis
 */
record ResultTable(List<String> columns, List<List<String>> rows) {

    /** @param lines the lines of the table, its rule included */
    static ResultTable of(List<String> lines) {
        List<List<String>> cells = lines.stream().map(ResultTable::cells).toList();
        List<List<String>> rows = cells.subList(Math.min(2, cells.size()), cells.size());
        List<String> columns = cells.get(0);
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "%d cells (expected: %d, of %s): %s".formatted(row.size(), columns.size(), columns, row));
            }
        }
        return new ResultTable(columns, List.copyOf(rows));
    }

    private static List<String> cells(String line) {
        String inner = line.strip().substring(1).replaceFirst("\\|$", "");
        return Arrays.stream(inner.split("\\|", -1))
                .map(cell -> cell.replace("**", "").replace("`", "").strip())
                .toList();
    }

    /**
     * Finds a column by its name, or by a part of it that no other column has.
     *
     * @return its index
     */
    int column(String name) {
        int exact = columns.indexOf(name);
        if (exact >= 0) {
            return exact;
        }
        List<String> alike =
                columns.stream().filter(column -> column.contains(name)).toList();
        if (alike.size() != 1) {
            throw new IllegalArgumentException(
                    "no column '%s', or several that contain it (expected one of %s)".formatted(name, columns));
        }
        return columns.indexOf(alike.get(0));
    }

    /** @return the cells of a column from top to bottom; one that is empty says the same as the one above it */
    List<String> labels(int column) {
        List<String> labels = new ArrayList<>();
        for (List<String> row : rows) {
            String cell = row.get(column);
            labels.add(cell.isEmpty() && !labels.isEmpty() ? labels.get(labels.size() - 1) : cell);
        }
        return labels;
    }
}
