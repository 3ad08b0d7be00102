package dev.sluice.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.AdmissionSettings;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.tiered.CborCodec;
import dev.sluice.cache.tiered.TieredCache;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.repository.Cached;
import dev.sluice.repository.Id;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.R2dbcException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads by id that wait share one statement, and nobody notices but by how soon he is answered. */
@SluiceTest(migrations = """
        create table words (tenant_id text not null, id text, says text, rank integer, primary key (tenant_id, id));
        create table things (tenant_id text not null, id uuid, says text not null, primary key (tenant_id, id));
        create table amounts (tenant_id text not null, id numeric, says text not null, primary key (tenant_id, id))""")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedReadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int TENANTS = 5;
    private static final int IDS = 20;
    // A lock stands for a server that is slow. What a connection that was closed may still run blocks its permit for as
    // long as
    // a statement may take.
    private static final Duration STATEMENT = Duration.ofSeconds(8);
    private static final TimeoutSettings TIMEOUTS =
            new TimeoutSettings(PATIENCE, STATEMENT, STATEMENT, PATIENCE, PATIENCE);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final TimeoutSettings SHORT = new TimeoutSettings(PATIENCE, SOON, SOON, PATIENCE, PATIENCE);

    private final TestDatabase database;
    private final Decisions decisions = new Decisions();
    private DefaultSluice sluice;

    SharedReadsTest(TestDatabase database) {
        this.database = database;
    }

    @TenantOwned("words")
    record Word(@Id String id, @Nullable String says, int rank) {}

    interface Words extends TenantRepository<Word, String> {}

    @TenantOwned("things")
    record Thing(@Id UUID id, String says) {}

    interface Things extends TenantRepository<Thing, UUID> {}

    interface CachedThings extends TenantRepository<Thing, UUID> {
        @Override
        @Cached(ttl = "1h")
        Mono<Thing> findById(UUID id);
    }

    @TenantOwned("amounts")
    record Amount(@Id BigDecimal id, String says) {}

    interface Amounts extends TenantRepository<Amount, BigDecimal> {}

    @BeforeAll
    void fill() {
        database.execute(
                Role.OWNER,
                RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                        .across(Role.ACROSS.username())
                        .script("words", "things", "amounts"));
        // What one tenant has in one place another has in another; every third says nothing, and one has no rank.
        database.execute(
                Role.OWNER,
                "insert into words select 't' || t, 'w' || i, case when i % 3 > 0 then 't' || t || ':w' || i end,"
                        + " nullif(i, 7) from generate_series(0, 4) t, generate_series(0, 19) i where (i + t) % 5 > 0;"
                        + "insert into things select 't' || t, ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, 't' || t || ':' || i"
                        + " from generate_series(0, 4) t, generate_series(0, 19) i where (i + t) % 5 > 0;"
                        + "insert into amounts values ('t0', 1.0, 't0:1')");
    }

    @AfterEach
    void close() {
        Await.until(PATIENCE, () -> sluice.leases().inUse() == 0, "no session is held");
        Await.until(PATIENCE, () -> inUse() == 0, "no permit is out");
        assertThat(waiting()).isZero();
        sluice.closeGracefully().block(PATIENCE);
        decisions.granted.set(0);
        decisions.shared.set(0);
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void readsThatWaitTogetherShareOneStatement(int depth) {
        share(settings().pool(PoolSettings.ofMax(1).withPipelineDepth(depth)));
    }

    @Test
    void withThePredicateAloneToo() {
        database.execute(Role.OWNER, "alter table words disable row level security");
        try {
            share(settings().isolation(Isolation.PREDICATE));
        } finally {
            database.execute(Role.OWNER, "alter table words enable row level security");
        }
    }

    private void share(SluiceSettings.Builder settings) {
        connect(settings);
        Words words = sluice.repository(Words.class);
        List<String> ids = List.of("w1", "w2", "w1", "w3", "none", "w4", "w1", "none");
        List<CompletableFuture<Word>> reads = waiting(() -> start("t0", ids, words::findById));

        assertThat(reads.stream().map(CompletableFuture::join))
                .containsExactly(word(1), word(2), word(1), new Word("w3", null, 3), null, word(4), word(1), null);
        assertThat(decisions.shared).hasValue(ids.size() - 1);
        assertThat(decisions.waited).as("each for itself").hasPositiveValue();
    }

    @Test
    void idsMayBeUuids() {
        connect(settings());
        Things things = sluice.repository(Things.class);
        List<UUID> ids = List.of(uuid(1), uuid(2), uuid(5), uuid(2));
        List<CompletableFuture<Thing>> reads = waiting(() -> start("t0", ids, things::findById));

        assertThat(reads.stream().map(CompletableFuture::join))
                .containsExactly(
                        new Thing(uuid(1), "t0:1"), new Thing(uuid(2), "t0:2"), null, new Thing(uuid(2), "t0:2"));
        assertThat(decisions.shared).hasValue(3);
    }

    @Test
    void idsThatAreTheSameToTheDatabaseAloneAreReadAlone() {
        connect(settings());
        Amounts amounts = sluice.repository(Amounts.class);
        List<BigDecimal> ids = List.of(new BigDecimal("1"), new BigDecimal("1.0"), new BigDecimal("1.00"));
        List<CompletableFuture<Amount>> reads = waiting(() -> start("t0", ids, amounts::findById));

        assertThat(reads).allSatisfy(read -> assertThat(read.join().says()).isEqualTo("t0:1"));
        assertThat(decisions.shared).hasValue(0);
    }

    @Test
    void missesOfACacheShareToo() {
        TenantCache cache =
                Objects.requireNonNull(TieredCache.connect(CacheSettings.DEFAULT, new CborCodec(), CacheObserver.NONE)
                        .block(PATIENCE));
        connect(settings().cache(cache));
        CachedThings things = sluice.repository(CachedThings.class);
        List<UUID> ids = List.of(uuid(1), uuid(2), uuid(3));
        List<CompletableFuture<Thing>> reads = waiting(() -> start("t0", ids, things::findById));

        assertThat(reads.stream().map(read -> read.join().says())).containsExactly("t0:1", "t0:2", "t0:3");
        assertThat(decisions.shared).hasValue(2);
    }

    @Test
    void aStatementIsOfOneTenant() {
        connect(settings());
        Words words = sluice.repository(Words.class);
        List<String> ids = List.of("w1", "w2", "w4");
        List<CompletableFuture<Word>> reads = waiting(() -> IntStream.range(0, 3)
                .mapToObj(tenant -> start("t" + tenant, ids, words::findById))
                .flatMap(List::stream)
                .toList());

        assertThat(reads.stream().map(CompletableFuture::join).map(word -> word == null ? null : word.says()))
                .containsExactly("t0:w1", "t0:w2", "t0:w4", "t1:w1", "t1:w2", null, "t2:w1", "t2:w2", "t2:w4");
        assertThat(decisions.shared).as("two of each three").hasValue(6);
    }

    @Test
    void readsOfOtherUrgencyHaveTheirOwn() {
        connect(settings());
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads = waiting(() -> List.of(
                start(Access.tenant("t0"), words.findById("w1")),
                start(Access.tenant("t0").workload("background"), words.findById("w2")),
                start(Access.tenant("t0").workload("reporting"), words.findById("w4"))));

        assertThat(reads.stream().map(CompletableFuture::join)).containsExactly(word(1), word(2), word(4));
        assertThat(decisions.shared).hasValue(0);
    }

    @Test
    void soManyShareOneAsAreConfigured() {
        connect(settings().pool(PoolSettings.ofMax(1).withReadsPerStatement(4)));
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads =
                waiting(() -> start("t0", Collections.nCopies(10, "w1"), words::findById));

        assertThat(reads).allSatisfy(read -> assertThat(read.join()).isEqualTo(word(1)));
        assertThat(decisions.shared).as("4, 4 and 2 reads").hasValue(7);
    }

    @Test
    void oneReadPerStatementTurnsItOff() {
        connect(settings().pool(PoolSettings.ofMax(1).withReadsPerStatement(1)));
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads = waiting(() -> start("t0", List.of("w1", "w2", "w4"), words::findById));

        assertThat(reads.stream().map(CompletableFuture::join)).containsExactly(word(1), word(2), word(4));
        assertThat(decisions.shared).hasValue(0);
    }

    @Test
    void whoIsLimitedByHisPrincipalHasHisOwn() {
        connect(settings()
                .admission(AdmissionSettings.DEFAULT.withTenantDefaults(
                        new TenantLimits(5, 0, 1, 64, 0, new PrincipalLimits(2, 0)))));
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads = waiting(() -> IntStream.range(0, 3)
                .mapToObj(i -> start(Access.tenant("t0").principal("p" + i), words.findById("w1")))
                .toList());

        assertThat(reads).allSatisfy(read -> assertThat(read.join()).isEqualTo(word(1)));
        assertThat(decisions.shared).hasValue(0);
    }

    @Test
    void theyCountAmongThoseThatWait() {
        connect(settings()
                .admission(AdmissionSettings.DEFAULT.withTenantDefaults(
                        new TenantLimits(5, 0, 1, 3, 0, PrincipalLimits.NONE))));
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads = waiting(() -> {
            List<CompletableFuture<Word>> all =
                    new ArrayList<>(start("t0", List.of("w1", "w2", "w4"), words::findById));
            assertThatThrownBy(() -> as("t0", words.findById("w1")))
                    .isInstanceOfSatisfying(AdmissionRejectedException.class, rejected -> assertThat(rejected.reason())
                            .isEqualTo(AdmissionRejectedException.Reason.TENANT_BUSY));
            return all;
        });

        assertThat(reads.stream().map(CompletableFuture::join)).containsExactly(word(1), word(2), word(4));
    }

    @Test
    void aRowThatCannotBeReadIsTheTroubleOfWhoAskedForIt() {
        connect(settings());
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads =
                waiting(() -> start("t0", List.of("w1", "w7", "w2", "w7"), words::findById));

        assertThat(List.of(reads.get(0).join(), reads.get(2).join())).containsExactly(word(1), word(2));
        assertThat(List.of(reads.get(1), reads.get(3)))
                .allSatisfy(read -> assertThatThrownBy(read::join).hasCauseInstanceOf(InvalidMappingException.class));
        assertThat(decisions.shared).hasValue(3);
    }

    @Test
    void whoLeavesBeforeItsTurnIsNotMissed() {
        connect(settings());
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads = waiting(() -> {
            List<CompletableFuture<Word>> all = start("t0", List.of("w1", "w2", "w4", "w6"), words::findById);
            CompletableFuture<Word> late =
                    start(Access.tenant("t0").deadline(Duration.ofMillis(50)), words.findById("w8"));
            assertThatThrownBy(late::join).hasCauseInstanceOf(DeadlineExceededException.class);
            all.get(0).cancel(false);
            all.get(2).cancel(false);
            return all;
        });

        assertThat(List.of(reads.get(1).join(), reads.get(3).join())).containsExactly(word(2), new Word("w6", null, 6));
        assertThat(decisions.shared).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void whoLeavesWhileItRunsDisturbsNobody(int depth) throws SQLException {
        try (Lock lock = new Lock()) {
            List<CompletableFuture<Word>> reads = running(
                    depth, lock, words -> List.of(start(Access.tenant("t0").deadline(SOON), words.findById("w8"))));
            reads.get(0).cancel(false);
            reads.get(2).cancel(false);
            assertThatThrownBy(reads.get(3)::join).hasCauseInstanceOf(DeadlineExceededException.class);
            assertThat(database.sessions(Role.APP, "active"))
                    .as("it runs still")
                    .isOne();
            lock.end();

            assertThat(reads.get(1).join()).isEqualTo(word(2));
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void aStatementThatNobodyWantsIsStopped(int depth) throws SQLException {
        try (Lock lock = new Lock()) {
            List<CompletableFuture<Word>> reads = running(depth, lock, words -> List.of());
            reads.forEach(read -> read.cancel(false));

            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 0, "nothing runs in the server");
            Await.until(PATIENCE, () -> inUse() == 0, "the permit is back");
        }
    }

    @Test
    void deadlinesEndAStatementThatTakesTooLong() throws SQLException {
        connect(settings());
        Words words = sluice.repository(Words.class);
        AccessChange soon = Access.tenant("t0").deadline(SOON);
        try (Lock lock = new Lock()) {
            List<CompletableFuture<Word>> reads = waiting(
                    () -> List.of(start(soon, words.findById("w1")), start(soon, words.findById("w2"))),
                    lock::begin,
                    List::of);

            assertThat(reads).allSatisfy(read -> assertThatThrownBy(read::join)
                    .hasCauseInstanceOf(DeadlineExceededException.class));
            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 0, "nothing runs in the server");
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void aLostConnectionIsToldToAll(int depth) throws SQLException {
        try (Lock lock = new Lock()) {
            List<CompletableFuture<Word>> reads = running(depth, lock, words -> List.of());
            database.terminateSessions(Role.APP);

            assertThat(reads)
                    .allSatisfy(read -> assertThatThrownBy(read::join).hasCauseInstanceOf(R2dbcException.class));
        }
        Await.until(
                PATIENCE,
                () -> as(
                                "t0",
                                sluice.repository(Words.class)
                                        .findById("w1")
                                        .onErrorResume(R2dbcException.class, lost -> Mono.empty()))
                        != null,
                "the next has a new connection");
    }

    // Whatever comes together, each gets the row of its own tenant and id, or none where there is none.
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 4", "2, 4"})
    void inAStormEachHasItsOwnRow(int connections, int depth) {
        connect(settings().timeouts(SHORT).pool(PoolSettings.ofMax(connections).withPipelineDepth(depth)));
        Words words = sluice.repository(Words.class);
        Things things = sluice.repository(Things.class);
        long seed = System.nanoTime();
        AtomicInteger right = new AtomicInteger();
        Random seeds = new Random(seed);
        Flux.range(0, 48)
                .map(caller -> new Random(seeds.nextLong()))
                .flatMap(
                        random -> Flux.range(0, 150)
                                .concatMap(i -> randomRead(random, words, things, right))
                                .subscribeOn(Schedulers.parallel()),
                        48)
                .then()
                .block(PATIENCE.multipliedBy(3));

        assertThat(right.get()).as("seed %d", seed).isGreaterThan(3_000);
        assertThat(decisions.shared.get()).as("seed %d", seed).isGreaterThan(100);
    }

    private Mono<Void> randomRead(Random random, Words words, Things things, AtomicInteger right) {
        int tenant = Math.min(random.nextInt(TENANTS), random.nextInt(TENANTS));
        int id = random.nextInt(IDS);
        boolean there = (id + tenant) % 5 > 0;
        String says = "t%d:%d".formatted(tenant, id);
        Mono<String> read = random.nextBoolean() || id == 7
                ? things.findById(uuid(id)).map(Thing::says).defaultIfEmpty("none")
                : words.findById("w" + id)
                        .map(word -> word.says() == null ? says : word.says().replace("w", ""))
                        .defaultIfEmpty("none");
        Mono<String> disturbed =
                switch (random.nextInt(10)) {
                    case 0 -> read.takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(2_000_000))));
                    case 1 ->
                        read.contextWrite(Access.deadline(Duration.ofNanos(random.nextInt(5_000_000))))
                                .onErrorResume(DeadlineExceededException.class, late -> Mono.empty())
                                .onErrorResume(AdmissionRejectedException.class, late -> Mono.empty());
                    default -> read;
                };
        return disturbed
                .contextWrite(Access.tenant("t" + tenant))
                .doOnNext(seen -> {
                    assertThat(seen).isEqualTo(there ? says : "none");
                    right.incrementAndGet();
                })
                .then();
    }

    private static Word word(int i) {
        return new Word("w" + i, i % 3 > 0 ? "t0:w" + i : null, i);
    }

    private static UUID uuid(int i) {
        return UUID.fromString("00000000-0000-0000-0000-%012d".formatted(i));
    }

    private SluiceSettings.Builder settings() {
        return database.settings()
                .timeouts(TIMEOUTS)
                .pool(PoolSettings.ofMax(1))
                .admissionObserver(decisions);
    }

    private void connect(SluiceSettings.Builder settings) {
        sluice = (DefaultSluice) Objects.requireNonNull(
                Sluice.connect(settings.admissionObserver(decisions).build()).block(PATIENCE));
    }

    private <T, I> List<CompletableFuture<T>> start(String tenant, List<I> ids, Function<I, Mono<T>> find) {
        return ids.stream()
                .map(id -> start(Access.tenant(tenant), find.apply(id)))
                .toList();
    }

    private static <T> CompletableFuture<T> start(AccessChange access, Mono<T> read) {
        return read.contextWrite(access).toFuture();
    }

    private static <T> @Nullable T as(String tenant, Mono<T> read) {
        return read.contextWrite(Access.tenant(tenant)).block(PATIENCE);
    }

    private <T> List<CompletableFuture<T>> waiting(Supplier<List<CompletableFuture<T>>> reads) {
        return waiting(reads, () -> {}, List::of);
    }

    /** Begins reads while the only connection is held, and lets them run once all wait and {@code then} was done. */
    private <T> List<CompletableFuture<T>> waiting(
            Supplier<List<CompletableFuture<T>>> reads, Runnable then, Supplier<List<CompletableFuture<T>>> more) {
        try (Holder holder = new Holder(sluice, Access.tenant("holder"))) {
            holder.mustHold();
            List<CompletableFuture<T>> all = new ArrayList<>(reads.get());
            then.run();
            all.addAll(more.get());
            Await.until(
                    PATIENCE,
                    () -> waiting()
                            == all.stream().filter(read -> !read.isDone()).count(),
                    "all wait that have not left");
            decisions.waited.set(0);
            holder.close();
            return all;
        }
    }

    /** Begins three reads and more, whose statement waits in the server. */
    private List<CompletableFuture<Word>> running(
            int depth, Lock lock, Function<Words, List<CompletableFuture<Word>>> more) {
        connect(settings().pool(PoolSettings.ofMax(1).withPipelineDepth(depth)));
        Words words = sluice.repository(Words.class);
        List<CompletableFuture<Word>> reads = waiting(
                () -> start("t0", List.of("w1", "w2", "w4"), words::findById), lock::begin, () -> more.apply(words));
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the statement runs");
        assertThat(decisions.shared).as("reads in it besides the first").hasPositiveValue();
        return reads;
    }

    private int waiting() {
        return sluice.admission(0).map(node -> node.use().waiting()).blockFirst(PATIENCE);
    }

    private int inUse() {
        return sluice.admission(0).map(node -> node.use().inUse()).blockFirst(PATIENCE);
    }

    /** Nobody reads words while it lasts: their statement waits in the server. */
    private final class Lock implements AutoCloseable {

        private final Connection connection;

        Lock() throws SQLException {
            connection = database.connect(Role.OWNER);
            connection.setAutoCommit(false);
        }

        void begin() {
            try (Statement statement = connection.createStatement()) {
                statement.execute("lock table words in access exclusive mode");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void end() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            connection.rollback();
            connection.close();
        }
    }

    private static final class Decisions implements AdmissionObserver {

        final AtomicInteger granted = new AtomicInteger();
        final AtomicInteger shared = new AtomicInteger();
        final AtomicLong waited = new AtomicLong();

        @Override
        public void granted(String node, AdmissionRequest request, long waitedNanos) {
            granted.incrementAndGet();
        }

        @Override
        public void shared(String node, AdmissionRequest request, long waitedNanos) {
            shared.incrementAndGet();
            waited.addAndGet(waitedNanos);
        }
    }
}
