package dev.sluice.r2dbc.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A statement of a resource, in which a line {@code ### title} precedes each. */
record OracleCase(String title, String text) {

    static List<OracleCase> of(String resource) {
        try (InputStream in = Objects.requireNonNull(OracleCase.class.getResourceAsStream(resource), resource)) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<OracleCase> cases = new ArrayList<>();
            for (String part : all.split("(?m)^### ")) {
                if (!part.isBlank()) {
                    int line = part.indexOf('\n');
                    cases.add(new OracleCase(
                            part.substring(0, line).strip(),
                            part.substring(line + 1).strip()));
                }
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the last clause says in which order the rows come. */
    boolean ordered() {
        return text.lastIndexOf("order by") > text.lastIndexOf(')');
    }
}
