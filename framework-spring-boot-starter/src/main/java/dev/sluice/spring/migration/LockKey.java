package dev.sluice.spring.migration;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The advisory locks of one schema history, as {@code pg_locks} shows them: {@code classid} is one of the three constants,
 * {@code objid} the history's. Advisory locks are per database.
 *
 * @param history a number for the schema history
 */
record LockKey(int history) {

    /** Held by who may migrate. ASCII {@code SLML}. */
    static final int LEADER = 0x534C4D4C;

    /** Held, shared, by each session that does a leader's work. ASCII {@code SLMW}. */
    static final int WORK = 0x534C4D57;

    /** Held beside LEADER; its {@code objid} is the second in which that was got. ASCII {@code SLMS}. */
    static final int SINCE = 0x534C4D53;

    /** The key of the history table that is named so, schema included where it is configured. */
    static LockKey of(String historyTable) {
        CRC32 checksum = new CRC32();
        checksum.update(historyTable.getBytes(StandardCharsets.UTF_8));
        return new LockKey((int) checksum.getValue());
    }

    /** Where a leader tells those who wait why it failed. */
    String channel() {
        return "sluice_migration_" + Integer.toHexString(history);
    }
}
