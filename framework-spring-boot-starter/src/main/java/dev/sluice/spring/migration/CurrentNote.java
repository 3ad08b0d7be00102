package dev.sluice.spring.migration;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the owner has noted of a schema that Flyway found current. It holds for one application and one content of the history,
 * and says nothing of any other.
 *
 * @param version the newest applied version, empty if there is none
 * @param digest of both
 */
record CurrentNote(String version, String digest) {

    private static final Pattern TEXT =
            Pattern.compile("Sluice: Flyway found this history current, version (.*), for (\\p{XDigit}{64})");

    /** The note of what was found. */
    static CurrentNote of(Fingerprint application, String history, String version) {
        Digest digest = new Digest();
        digest.add(application.sha256());
        digest.add(history);
        digest.add(version);
        return new CurrentNote(version, digest.hex());
    }

    /** Reads one; empty for any other text. */
    static Optional<CurrentNote> parse(@Nullable String text) {
        Matcher matcher = TEXT.matcher(text == null ? "" : text);
        return matcher.matches() ? Optional.of(new CurrentNote(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** Whether it is of this application and this content of the history. */
    boolean isOf(Fingerprint application, String history) {
        return equals(of(application, history, version));
    }

    String text() {
        return "Sluice: Flyway found this history current, version %s, for %s".formatted(version, digest);
    }
}
