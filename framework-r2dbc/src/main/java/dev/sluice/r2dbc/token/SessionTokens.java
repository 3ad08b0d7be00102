package dev.sluice.r2dbc.token;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Carries what a session has seen from one call, process or service to the next one of the same fleet. A token holds a
 * position in the write-ahead log, the cluster that it is of, until when caches are to be avoided and a transaction id, and
 * nothing else: no tenant, no data, no right. Whoever brings a stranger's token reads data of its own that is at least that
 * fresh. It has 51 characters of base64url, 5 more as long as the session avoids caches, and 11 more while it may have seen on
 * a standby what the primary does not show yet. It never expires. Thread-safe.
 */
public final class SessionTokens {

    private static final int MAX_LENGTH = 128;
    private static final byte FORMAT = 1;
    private static final byte UNKNOWN_WRITE = 1;
    private static final byte AVOIDS_CACHES = 2;
    private static final byte HAS_HORIZON = 4;
    private static final int BYTES = 2 + Long.BYTES + Integer.BYTES + Long.BYTES;
    private static final int INSTANT_BYTES = Integer.BYTES;
    private static final String NO_SCOPE = "";
    private static final long ANY_CLUSTER = 0;

    private final Seal seal;

    /**
     * Makes the codec.
     *
     * @param secrets the fleet's, the newest first, which signs; all are accepted; none means a random one, so that tokens
     *     hold in this process alone
     */
    public SessionTokens(List<String> secrets) {
        this.seal = new Seal("sluice session", secrets);
    }

    /**
     * Writes a token.
     *
     * @param session what the session has seen by now
     * @param cluster the system identifier of the cluster; empty if it is not known
     * @return the token
     */
    public String issue(SessionPosition session, OptionalLong cluster) {
        // In this order: a write that is settled in between is then in the position, or still counted as unknown.
        boolean unknownWrite = session.unknownWrites() > 0;
        Position seen = session.seen();
        long horizon = session.horizon();
        Instant until = session.avoidsCachesUntil();
        boolean avoidsCaches = until != null && until.isAfter(Instant.now());
        byte flags = (byte) ((unknownWrite ? UNKNOWN_WRITE : 0)
                | (avoidsCaches ? AVOIDS_CACHES : 0)
                | (horizon == 0 ? 0 : HAS_HORIZON));
        ByteBuffer payload = ByteBuffer.allocate(length(flags))
                .put(FORMAT)
                .put(flags)
                .putLong(cluster.orElse(ANY_CLUSTER))
                .putInt(seen == null ? 0 : seen.timeline())
                .putLong(seen == null ? 0 : seen.lsn().value());
        if (until != null && avoidsCaches) {
            // The next full second, in 32 bits: enough until 2106.
            payload.putInt((int) (until.getEpochSecond() + 1));
        }
        if (horizon != 0) {
            payload.putLong(horizon);
        }
        return seal.seal(NO_SCOPE, payload.array());
    }

    /**
     * Reads a token.
     *
     * @param token the token, as anybody may have sent it
     * @param cluster the system identifier of the cluster; empty if it is not known: then a token of any is accepted
     * @return a session that has seen what the token says
     * @throws InvalidTokenException if it is none of these secrets', or of another cluster
     */
    public SessionPosition read(String token, OptionalLong cluster) {
        if (token.length() > MAX_LENGTH) {
            throw new InvalidTokenException("%d characters long (at most %d)".formatted(token.length(), MAX_LENGTH));
        }
        byte[] payload = seal.open(NO_SCOPE, token);
        if (payload == null) {
            throw new InvalidTokenException("malformed, changed, or signed with a secret that is not of this fleet");
        }
        if (payload.length < BYTES || payload[0] != FORMAT || payload.length != length(payload[1])) {
            throw new InvalidTokenException("of another version of Sluice");
        }
        ByteBuffer fields = ByteBuffer.wrap(payload, 1, payload.length - 1);
        byte flags = fields.get();
        requireSame(fields.getLong(), cluster);
        int timeline = fields.getInt();
        Lsn lsn = new Lsn(fields.getLong());
        SessionPosition session =
                session(timeline == 0 ? null : new Position(timeline, lsn), (flags & UNKNOWN_WRITE) != 0);
        if ((flags & AVOIDS_CACHES) != 0) {
            session.avoidCachesUntil(Instant.ofEpochSecond(Integer.toUnsignedLong(fields.getInt())));
        }
        return (flags & HAS_HORIZON) == 0 ? session : session.seenBelow(fields.getLong());
    }

    private static int length(byte flags) {
        return BYTES
                + ((flags & AVOIDS_CACHES) == 0 ? 0 : INSTANT_BYTES)
                + ((flags & HAS_HORIZON) == 0 ? 0 : Long.BYTES);
    }

    private static void requireSame(long of, OptionalLong cluster) {
        if (of != ANY_CLUSTER && cluster.isPresent() && cluster.getAsLong() != of) {
            throw new InvalidTokenException("of another database cluster");
        }
    }

    private static SessionPosition session(@Nullable Position seen, boolean unknownWrite) {
        SessionPosition session = seen == null ? SessionPosition.none() : SessionPosition.at(seen);
        if (unknownWrite) {
            session.addUnknownWrite();
        }
        return session;
    }
}
