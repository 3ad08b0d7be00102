package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The statements that a connection has prepared, the least recently used given up first. Prepared statements are not
 * transactional: one stays when its group fails after it was parsed. Thread-safe; of calls that are sent behind each other
 * several may parse the same text, each under a name of its own, and the last one stays.
 */
final class PreparedStatements {

    private final int most;
    private final Map<Key, PreparedStatement> byKey = new LinkedHashMap<>(16, 0.75f, true);
    private final List<String> toClose = new ArrayList<>();
    private final SchemaChanges changes;
    private int changesSeen;
    private long count;

    PreparedStatements(int most, SchemaChanges changes) {
        this.most = most;
        this.changes = changes;
        this.changesSeen = changes.seen();
    }

    /** The statement, which is not parsed if it is new. */
    synchronized PreparedStatement get(String sql, int[] types) {
        PreparedStatement known = byKey.get(new Key(sql, types));
        return known != null ? known : new PreparedStatement("sluice_" + count++, sql, types);
    }

    synchronized void parsed(PreparedStatement statement) {
        statement.parsed = true;
        PreparedStatement other = byKey.put(new Key(statement.sql, statement.types), statement);
        if (other != null && other != statement) {
            toClose.add(other.name);
        }
        if (byKey.size() > most) {
            PreparedStatement eldest = byKey.values().iterator().next();
            forget(eldest);
        }
    }

    synchronized void forget(PreparedStatement statement) {
        if (byKey.remove(new Key(statement.sql, statement.types), statement)) {
            toClose.add(statement.name);
        }
    }

    synchronized int size() {
        return byKey.size();
    }

    /** Tells all sessions of the pool that what they have prepared may be of an older schema. */
    void foundChange() {
        changes.found();
    }

    /**
     * Closes what was given up, which is everything after the schema has changed. Closing a statement that the server does
     * not know is no error.
     */
    synchronized void writeCloses(ByteBuf out) {
        int seen = changes.seen();
        if (seen != changesSeen) {
            changesSeen = seen;
            List.copyOf(byKey.values()).forEach(this::forget);
        }
        if (!toClose.isEmpty()) {
            toClose.forEach(name -> Frames.closeStatement(out, name));
            toClose.clear();
        }
    }

    private static final class Key {

        private final String sql;
        private final int[] types;

        Key(String sql, int[] types) {
            this.sql = sql;
            this.types = types;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && sql.equals(key.sql) && Arrays.equals(types, key.types);
        }

        @Override
        public int hashCode() {
            return 31 * sql.hashCode() + Arrays.hashCode(types);
        }
    }
}
