package dev.sluice.spring.migration;

import dev.sluice.spring.migration.SchemaState.PendingMigration;
import java.util.Optional;

/**
 * That a migration failed, told to those who wait to run the same.
 *
 * @param migration which one; who has another content under its name tries that
 * @param reason why, with the session that tried
 */
record FailureNotice(PendingMigration migration, String reason) {

    // The server takes less than 8000 bytes.
    private static final int LONGEST_REASON = 1_500;

    String text() {
        return migration.script() + "\n" + migration.checksum() + "\n"
                + reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
    }

    static Optional<FailureNotice> parse(String text) {
        String[] parts = text.split("\n", 3);
        return parts.length < 3
                ? Optional.empty()
                : Optional.of(new FailureNotice(new PendingMigration(parts[0], parts[1]), parts[2]));
    }
}
