package dev.sluice.benchmarks.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a document of results. A picture whose comment begins with {@code <!-- plot} draws the tables between it and
 * the picture or heading before it.
 */
final class ResultDocument {

    private static final Pattern PICTURE = Pattern.compile("!\\[([^]]+)]\\((\\w+/[\\w-]+\\.svg)\\)");

    private final List<String> lines;
    private final List<Plot> plots = new ArrayList<>();
    private final List<ResultTable> tables = new ArrayList<>();
    private String heading = "";
    private int next;

    private ResultDocument(String text) {
        this.lines = text.lines().toList();
    }

    /** @throws IllegalArgumentException for a table that no plot draws, or a comment that does not say how to draw one */
    static List<Plot> plotsOf(String markdown) {
        ResultDocument document = new ResultDocument(markdown);
        document.read();
        return document.plots;
    }

    private void read() {
        while (next < lines.size()) {
            String line = lines.get(next);
            if (line.startsWith("#")) {
                nothingIsLeft();
                heading = line;
                next++;
            } else if (line.startsWith("|")) {
                tables.add(ResultTable.of(linesWhile("|")));
            } else if (line.equals("<!-- plot")) {
                plot();
            } else {
                next++;
            }
        }
        nothingIsLeft();
    }

    private void plot() {
        int begin = next + 1;
        while (next < lines.size() && !lines.get(next).equals("-->")) {
            next++;
        }
        List<String> comment = lines.subList(begin, next);
        Matcher picture = PICTURE.matcher(next + 1 < lines.size() ? lines.get(next + 1) : "");
        if (!picture.matches()) {
            throw new IllegalArgumentException(
                    "%s: no picture behind the comment of a plot (expected: ![title](benchmarks/name.svg))"
                            .formatted(heading));
        }
        try {
            plots.add(Plot.of(picture.group(1), picture.group(2), tables, comment));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s, %s: %s".formatted(heading, picture.group(2), e.getMessage()), e);
        }
        tables.clear();
        next += 2;
    }

    private List<String> linesWhile(String beginning) {
        int begin = next;
        while (next < lines.size() && lines.get(next).startsWith(beginning)) {
            next++;
        }
        return lines.subList(begin, next);
    }

    private void nothingIsLeft() {
        if (!tables.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: %d tables that no plot draws (expected: a comment <!-- plot … --> and a picture behind them)"
                            .formatted(heading, tables.size()));
        }
    }
}
