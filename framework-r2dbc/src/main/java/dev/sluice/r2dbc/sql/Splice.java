package dev.sluice.r2dbc.sql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Changes to a text at offsets of the original, applied at once. Text between them stays as it was written.
 */
final class Splice {

    private record Edit(int start, int end, String text) {}

    private final String original;
    private final List<Edit> edits = new ArrayList<>();

    Splice(String original) {
        this.original = original;
    }

    /** Inserts at an offset; several insertions at one offset keep their order. */
    void insert(int offset, String text) {
        edits.add(new Edit(offset, offset, text));
    }

    void replace(Token token, String text) {
        replace(token.start(), token.end(), text);
    }

    void replace(int start, int end, String text) {
        edits.add(new Edit(start, end, text));
    }

    /** @throws IllegalStateException if changes overlap: a fault of the scoper */
    String apply() {
        List<Edit> sorted = new ArrayList<>(edits);
        sorted.sort(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end));
        StringBuilder result = new StringBuilder(original.length() + 64 * sorted.size());
        int at = 0;
        for (Edit edit : sorted) {
            if (edit.start() < at) {
                throw new IllegalStateException("two changes overlap at character " + (edit.start() + 1));
            }
            result.append(original, at, edit.start()).append(edit.text());
            at = edit.end();
        }
        return result.append(original, at, original.length()).toString();
    }
}
