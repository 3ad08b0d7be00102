package dev.sluice.spring.migration;

import java.util.Objects;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.configuration.models.EnvironmentModel;
import org.jspecify.annotations.Nullable;

/**
 * The table in which Flyway keeps what it has applied. Its owner's note of the application for which the schema was found current
 * is the comment of its first column: whatever ends the table, or empties it, ends the note or leaves it without effect.
 *
 * @param schema null for the current schema of the session
 * @param name its name
 */
record HistoryTable(@Nullable String schema, String name) {

    /** The table of a Flyway that nobody tells anything of it. */
    static final HistoryTable DEFAULT = new HistoryTable(null, "flyway_schema_history");

    /** The table as Flyway finds it: in the default schema, else the first one, else the session's. */
    static HistoryTable of(FluentConfiguration configuration, EnvironmentModel environment) {
        String schema = configuration.getDefaultSchema() == null
                        && environment.getSchemas() != null
                        && !environment.getSchemas().isEmpty()
                ? environment.getSchemas().get(0)
                : configuration.getDefaultSchema();
        return new HistoryTable(schema, Objects.requireNonNull(configuration.getTable(), "table"));
    }

    /**
     * Asks a primary for the table as SQL names it, {@code history}, and the note, {@code note}, null if there is none. No row
     * without the table, and none on a standby, which may be behind.
     */
    String note() {
        return """
                select a.attrelid::regclass::text as history, col_description(a.attrelid, a.attnum) as note
                from pg_attribute a
                where a.attrelid = to_regclass(format('%%I.%%I', %s, %s)) and a.attname = 'installed_rank'
                  and not pg_is_in_recovery()
                """.formatted(
                        schema == null ? "current_schema()" : literal(schema) + "::text", literal(name) + "::text");
    }

    /** Asks for a digest, {@code digest}, of all in the table that Flyway decides by. */
    static String digest(String history) {
        return """
                select encode(sha256(convert_to(coalesce(string_agg(
                         row(installed_rank, version, description, type, script, checksum, success)::text, e'\\n'
                         order by installed_rank), ''), 'UTF8')), 'hex') as digest
                from %s
                """.formatted(history);
    }

    /** Writes the note. */
    static String write(String history, String note) {
        return "comment on column %s.installed_rank is %s".formatted(history, literal(note));
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
