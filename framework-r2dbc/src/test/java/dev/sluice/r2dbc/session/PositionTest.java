package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.consistency.Lsn;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * What sampled positions are for: whoever has replayed up to one shows all that its call wrote or saw. The witness is a
 * standby that replays each commit late, so that it stands right before one nearly all of the time.
 */
@SluiceTest(standbys = 2, migrations = """
                create table counter (version bigint not null);
                insert into counter values (0);
                """)
class PositionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final int WRITES = 500;
    private static final int DROPS = 5;

    private final SluiceCluster cluster;
    private final TestDatabase database;
    private final List<Session> sessions = new ArrayList<>();
    private ClusterNode late;
    private Session primary;
    private Session reader;
    private Session witness;
    private long version;

    PositionTest(SluiceCluster cluster, TestDatabase database) {
        this.cluster = cluster;
        this.database = database;
    }

    /** A position, and a version that a call has written or seen by then. */
    private record Seen(Lsn position, long version) {

        /** Whether a node shows less than was seen, though it has replayed up to the position. */
        boolean isContradictedBy(Seen replayed) {
            return replayed.position().includes(position) && replayed.version() < version;
        }
    }

    @BeforeEach
    void connect() {
        late = cluster.standbys().get(1);
        cluster.standbys().forEach(standby -> standby.awaitReplayOf(cluster.primary()));
        primary = session(database);
        reader = session(database.on(cluster.standbys().get(0)));
        witness = session(database.on(late));
        version = database.value(Role.OWNER, Long.class, "select version from counter");
        late.delayReplay(DELAY);
    }

    @AfterEach
    void disconnect() {
        late.delayReplay(Duration.ZERO);
        sessions.forEach(session -> session.close().block(PATIENCE));
    }

    private Session session(TestDatabase where) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(where.url())
                .mutate()
                .option(
                        ConnectionFactoryOptions.USER,
                        where.credentials(Role.OWNER).username())
                .option(
                        ConnectionFactoryOptions.PASSWORD,
                        where.credentials(Role.OWNER).password())
                .option(PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0)
                .build();
        Session session = SessionFactory.groups()
                .adapt(Mono.from(ConnectionFactories.get(options).create()).block(PATIENCE));
        sessions.add(session);
        return session;
    }

    @Test
    void aWriteLiesBeforeItsPosition() {
        List<Lsn> flushed = new ArrayList<>();
        List<Seen> writes = collect(WRITES, () -> {
            Seen written = write();
            flushed.add(lsn(primary, "select pg_current_wal_flush_lsn()::text"));
            return written;
        });

        // What else the server logs now and then may come between the two questions.
        assertThat(behind(writes, flushed)).isLessThan(WRITES / 50);
        assertThat(contradictions(writes)).isZero();
    }

    // The negative control, and the reason for the second group: the commit record is not written yet.
    @Test
    void aPositionThatIsReadInsideOfTheWriteLiesBeforeIt() {
        List<Lsn> flushed = new ArrayList<>();
        List<Seen> writes = collect(WRITES, () -> {
            Seen written = writeAndReadInside();
            flushed.add(lsn(primary, "select pg_current_wal_flush_lsn()::text"));
            return written;
        });

        assertThat(behind(writes, flushed)).isEqualTo(WRITES);
        assertThat(contradictions(writes)).isPositive();
    }

    @Test
    void aCommitLiesBeforeItsPosition() {
        List<Seen> commits = collect(WRITES, () -> {
            Begun.begin(primary, "BEGIN READ WRITE", List.of()).block(PATIENCE);
            primary.rowsUpdated(update(++version)).block(PATIENCE);
            Sampled sampled = new Sampled();
            primary.command("COMMIT", sampled).block(PATIENCE);
            return new Seen(sampled.only(), version);
        });

        assertThat(contradictions(commits)).isZero();
    }

    @Test
    void whatAReadSawOnAStandbyLiesBeforeItsPosition() {
        List<Seen> reads = collect(WRITES, () -> {
            write();
            return read();
        });

        assertThat(reads).extracting(Seen::version).isSorted();
        assertThat(contradictions(reads)).isZero();
    }

    // The negative control: what was replayed in between is seen, and not included.
    @Test
    void aPositionThatIsTakenBeforeTheReadDoesNotCoverIt() {
        List<Seen> reads = collect(WRITES, () -> {
            Lsn before = replayedBy(reader);
            write();
            return new Seen(before, read().version());
        });

        assertThat(contradictions(reads)).isPositive();
    }

    // A commit shows before its record is replayed to the end, which dropping tables makes long.
    @Test
    void aReadThatSeesAHalfReplayedCommitHasAPositionBehindIt() {
        List<Seen> reads = new ArrayList<>();
        List<Seen> naive = new ArrayList<>();
        List<Seen> replayed = new ArrayList<>();
        for (int i = 0; i < DROPS; i++) {
            database.execute(Role.OWNER, tables(i, "create table t%d_%d (id int primary key, x text);"));
        }
        for (int i = 0; i < DROPS; i++) {
            readWhileTablesAreDropped(i, reads, naive, replayed);
        }
        replayed.addAll(replayed());

        assertThat(contradictions(reads, replayed)).isZero();
        assertThat(contradictions(naive, replayed)).isPositive();
    }

    // The witness has nothing to wait for but the one commit, before which it stands while the reader replays it.
    private void readWhileTablesAreDropped(int round, List<Seen> reads, List<Seen> naive, List<Seen> replayed) {
        cluster.standbys().forEach(standby -> standby.awaitReplayOf(cluster.primary()));
        version++;
        Thread writer = new Thread(() -> database.execute(
                Role.OWNER,
                "update counter set version = %d;".formatted(version) + tables(round, "drop table t%d_%d;")));
        writer.start();
        Lsn end = null;
        while (end == null || !replayedBy(reader).includes(end)) {
            Seen seen = read();
            naive.add(new Seen(replayedBy(reader), seen.version()));
            reads.add(seen);
            replayed.add(shownByWitness());
            if (!writer.isAlive() && end == null) {
                end = lsn(primary, "select pg_current_wal_flush_lsn()::text");
            }
        }
        reads.add(read());
    }

    private static String tables(int round, String each) {
        return IntStream.range(0, 200).mapToObj(i -> each.formatted(round, i)).collect(Collectors.joining());
    }

    private static <T> List<T> collect(int times, Supplier<T> each) {
        return IntStream.range(0, times).mapToObj(i -> each.get()).toList();
    }

    private Seen write() {
        Sampled sampled = new Sampled();
        primary.rowsUpdated(update(++version).withPosition(sampled)).block(PATIENCE);
        return new Seen(sampled.only(), version);
    }

    private Seen writeAndReadInside() {
        Group update = update(++version);
        Group returning =
                Group.of("inside", update.sql() + " returning pg_current_wal_insert_lsn()::text", update.parameters());
        return new Seen(lsn(primary, returning), version);
    }

    private static Group update(long version) {
        return Group.of("write", "update counter set version = $1", version);
    }

    private Seen read() {
        Sampled sampled = new Sampled();
        long seen =
                version(reader, Group.of("read", "select version from counter").withPosition(sampled));
        return new Seen(sampled.only(), seen);
    }

    private static long version(Session session, Group group) {
        return session.rows(group, r -> r.get(0, Long.class), 1).block(PATIENCE).get(0);
    }

    private static Lsn lsn(Session session, String sql) {
        return lsn(session, Group.of("lsn", sql));
    }

    private static Lsn lsn(Session session, Group group) {
        return session.rows(group, r -> Lsn.parse(r.get(0, String.class)), 1)
                .block(PATIENCE)
                .get(0);
    }

    private static long behind(List<Seen> writes, List<Lsn> flushed) {
        return IntStream.range(0, writes.size())
                .filter(i -> !writes.get(i).position().includes(flushed.get(i)))
                .count();
    }

    private long contradictions(List<Seen> seen) {
        return contradictions(seen, replayed());
    }

    private static long contradictions(List<Seen> seen, List<Seen> replayed) {
        return replayed.stream()
                .filter(now -> seen.stream().anyMatch(earlier -> earlier.isContradictedBy(now)))
                .count();
    }

    /** What the witness shows until it has caught up. */
    private List<Seen> replayed() {
        List<Seen> replayed = new ArrayList<>();
        Seen shown;
        do {
            shown = shownByWitness();
            replayed.add(shown);
        } while (shown.version() < version);
        return replayed;
    }

    /** First how far it has replayed, then the version: the other way round would accuse it of what came in between. */
    private Seen shownByWitness() {
        Lsn position = replayedBy(witness);
        return new Seen(position, version(witness, Group.of("shown", "select version from counter")));
    }

    private static Lsn replayedBy(Session standby) {
        return lsn(standby, "select pg_last_wal_replay_lsn()::text");
    }
}
