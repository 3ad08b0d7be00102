package dev.sluice.r2dbc.schema;

/** Writes names into SQL text. */
final class Identifiers {

    private Identifiers() {}

    /** Always quoted, so that reserved words and capitals need no thought. */
    static String quote(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("identifier '%s' (expected: not empty, no NUL)".formatted(name));
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** @param table a name as the catalog spells it, optionally with its schema before the first dot */
    static String quoteTable(String table) {
        int dot = table.indexOf('.');
        return dot < 0 ? quote(table) : quote(table.substring(0, dot)) + "." + quote(table.substring(dot + 1));
    }
}
