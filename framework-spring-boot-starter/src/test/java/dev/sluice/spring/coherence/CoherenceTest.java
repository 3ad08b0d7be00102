package dev.sluice.spring.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PoolSettings;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.CacheStatus;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.RedisNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.testkit.network.FaultyLink;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Two instances of an application on a primary, two standbys that are late by chance, and a Redis: what readers are given while the way
 * to it is slow, lost, frozen, restarted and emptied, and while writers die. Ages are told by {@link Truth}.
 */
@SluiceTest(standbys = 2)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CoherenceTest {

    private static final Logger LOG = LoggerFactory.getLogger(CoherenceTest.class);
    private static final long LOST_PUSHES_MILLIS = 2_000;
    private static final long CRASH_MILLIS = 5_000;

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final SluiceCluster servers;
    private final RedisNode redis;
    private final TestDatabase database;
    private final String namespace = "t" + UUID.randomUUID();
    private FaultyLink link;
    private App one;
    private App other;
    private Truth truth;
    private Load load;

    CoherenceTest(SluiceCluster servers) {
        this.servers = servers;
        this.redis = servers.redis();
        this.database = servers.createDatabase(Migrations.of(
                "create table counters (tenant_id text not null, id int not null, owner text not null,"
                        + " version bigint not null, primary key (tenant_id, id));"
                        + " insert into counters select 't' || t, i, 't' || t, 0"
                        + " from generate_series(0, %d) t, generate_series(0, %d) i;"
                                .formatted(Key.TENANTS - 1, Key.IDS - 1),
                RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                        .across(Role.ACROSS.username())
                        .script("counters")));
    }

    @BeforeEach
    void start() {
        servers.standbys().forEach(standby -> standby.awaitReplayOf(servers.primary()));
        link = new FaultyLink(redis.host(), redis.port());
        one = app(redis.url());
        other = app("redis://localhost:" + link.port());
        truth = new Truth(database);
        Await.until(App.PATIENCE, () -> truth.version(new Key(Key.ALL - 1)) >= 0, "the observer looks");
        load = new Load(List.of(one, other), truth);
    }

    @AfterEach
    void stop() throws Exception {
        try (App first = one;
                App second = other;
                FaultyLink way = link;
                Truth seen = truth;
                Load calls = load) {
            synchronously(null);
            servers.standbys().forEach(standby -> standby.delayReplay(Duration.ZERO));
        }
        servers.dropDatabase(database);
    }

    @Test
    void noReadIsOlderThanPromised() {
        goThroughAll(0);
    }

    @Test
    @Tag("long")
    void noReadIsOlderThanPromisedIn200000() {
        goThroughAll(200_000);
    }

    private void goThroughAll(long leastReads) {
        warmUp();
        long reads = 0;
        do {
            reads += health(leastReads > 0);
            reads += onlyWithTokens();
            reads += waitingForAStandby();
            reads += pushesLost();
            reads += writerCutOff();
            reads += frozen();
            reads += restartedAndEmptied();
            reads += writersKilled();
        } while (reads < leastReads);
    }

    private void warmUp() {
        load.phase();
        Await.until(
                App.PATIENCE,
                () -> one.cache.status().near().hits() > 200
                        && other.cache.status().near().hits() > 200,
                "both instances answer from what they have");
    }

    private long health(boolean quiet) {
        one.cache.pause(Duration.ofMillis(30), Duration.ofMillis(10));
        other.cache.pause(Duration.ofMillis(30), Duration.ofMillis(10));
        Ages ages = load.phase();
        lateReplicas(3_000);
        one.cache.pause(Duration.ZERO, Duration.ZERO);
        other.cache.pause(Duration.ZERO, Duration.ZERO);
        if (quiet) {
            assertThat(ages.millisAt(99.9)).as("p99.9 of %s", ages).isLessThanOrEqualTo(100);
        }
        return check("health", ages, LOST_PUSHES_MILLIS);
    }

    private long onlyWithTokens() {
        load.tokenPercent(100);
        Ages ages = load.phase();
        Answered before = answered(ages);
        Await.until(App.PATIENCE, () -> ages.reads.sum() >= before.reads() + 2_000, "2,000 reads with tokens");
        Answered after = answered(ages);
        load.tokenPercent(50);
        double share = (double) (after.hits() - before.hits()) / (after.reads() - before.reads());
        LOG.info("tokens: of {} and then {} a share of {} are hits", before, after, share);
        assertThat(share).as("share of hits").isGreaterThanOrEqualTo(0.8);
        return check("tokens", ages, 0);
    }

    private record Answered(long reads, long hits) {}

    /** What has been read, and how much of that the caches answered, at one moment: the load goes on meanwhile. */
    private Answered answered(Ages ages) {
        AtomicReference<Answered> moment = new AtomicReference<>();
        Await.until(
                App.PATIENCE,
                () -> {
                    long reads = ages.reads.sum();
                    moment.set(new Answered(reads, hits()));
                    return ages.reads.sum() - reads < 20;
                },
                "no pause between one number and the other");
        return moment.get();
    }

    /** Commits are flushed, and nobody sees them until a standby has replayed them. */
    private long waitingForAStandby() {
        ClusterNode standby = servers.standbys().get(0);
        standby.delayReplay(Duration.ofMillis(40));
        synchronously(standby.name());
        Ages ages = load.phase();
        during(2_500);
        synchronously(null);
        standby.delayReplay(Duration.ZERO);
        return check("waiting for a standby", ages, LOST_PUSHES_MILLIS);
    }

    /** The way of one instance, while the other one writes. */
    private long pushesLost() {
        load.writeOn(one);
        during(500);
        Ages ages = load.phase();
        link.drop();
        during(1_500);
        link.heal();
        during(500);
        link.refuse();
        during(500);
        link.heal();
        awaitRedis();
        load.writeOn(one, other);
        return check("pushes lost", ages, LOST_PUSHES_MILLIS);
    }

    /** One instance cannot tell Redis what it writes, and the other one does not know: no promise but to those with a token. */
    private long writerCutOff() {
        Ages ages = load.phase();
        link.drop();
        during(1_000);
        link.heal();
        awaitRedis();
        return check("writer cut off", ages, 0);
    }

    private long frozen() {
        Ages ages = load.phase();
        redis.freeze();
        during(700);
        redis.thaw();
        during(500);
        redis.freeze();
        during(3_000);
        redis.thaw();
        awaitRedis();
        return check("frozen", ages, CRASH_MILLIS);
    }

    private long restartedAndEmptied() {
        Ages ages = load.phase();
        redis.kill();
        during(500);
        redis.start();
        awaitRedis();
        flushAll();
        during(500);
        return check("restarted and emptied", ages, LOST_PUSHES_MILLIS);
    }

    /** Instances that write, and are gone between the commit and the invalidation. */
    private long writersKilled() {
        Ages ages = load.phase();
        for (int i = 0; i < 2; i++) {
            App doomed = app(redis.url());
            doomed.cache.die();
            Key key = new Key(random.nextInt(Key.ALL));
            load.stopWriting(key);
            // The key's own writer may be about to.
            Disposable lost = Mono.defer(() -> doomed.write(key, truth.version(key)))
                    .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(20)))
                    .subscribe(written -> {}, error -> {});
            Await.until(App.PATIENCE, () -> doomed.cache.deaths() > 0, "one has died after its commit");
            lost.dispose();
            doomed.close();
            during(500);
        }
        during(CRASH_MILLIS);
        load.goOnWriting();
        return check("writers killed", ages, CRASH_MILLIS);
    }

    @Test
    void fillingFromReplicasIsCaught() {
        warmUp();
        servers.standbys().forEach(standby -> standby.delayReplay(Duration.ofMillis(400)));
        one.cache.fillFromReplicas();
        other.cache.fillFromReplicas();
        Ages ages = load.phase();

        Await.until(App.PATIENCE, () -> ages.staleWithToken.sum() > 0, "a stale value is served to a token");
    }

    private long check(String phase, Ages ages, long mostMillis) {
        LOG.info("{}, seed {}: {}", phase, seed, ages);
        assertThat(ages.foreign.sum()).as("foreign, %s: %s", phase, ages).isZero();
        assertThat(ages.staleWithToken.sum())
                .as("with a token, %s: %s", phase, ages)
                .isZero();
        if (mostMillis > 0) {
            assertThat(ages.longestMillis()).as("longest, %s: %s", phase, ages).isLessThanOrEqualTo(mostMillis);
        }
        assertThat(ages.reads.sum()).as("reads, %s", phase).isPositive();
        return ages.reads.sum();
    }

    private void lateReplicas(long millis) {
        for (int i = 0; i < 4; i++) {
            servers.standbys().forEach(standby -> standby.delayReplay(Duration.ofMillis(random.nextInt(200))));
            during(millis / 4);
        }
        servers.standbys().forEach(standby -> standby.delayReplay(Duration.ZERO));
    }

    /** Lets the load run for a while. */
    private static void during(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Await.until(App.PATIENCE, () -> System.nanoTime() - end >= 0, "the phase is over");
    }

    private void awaitRedis() {
        Await.until(
                App.PATIENCE,
                () -> isUsed(one.cache.status()) && isUsed(other.cache.status()),
                "both instances use Redis again");
    }

    private static boolean isUsed(CacheStatus status) {
        return status.tracking() && status.sharedState() == CacheStatus.SharedState.CLOSED;
    }

    private long hits() {
        return hits(one) + hits(other);
    }

    private static long hits(App app) {
        CacheStatus status = app.cache.status();
        return status.near().hits() + status.shared().hits();
    }

    private void synchronously(String standby) {
        database.execute(
                Role.SUPERUSER,
                "alter system set synchronous_commit = '%s'".formatted(standby == null ? "on" : "remote_apply"));
        database.execute(
                Role.SUPERUSER,
                "alter system set synchronous_standby_names = '%s'".formatted(standby == null ? "" : standby));
        servers.primary().reloadSettings();
        // It is the checkpointer that tells commits whether to wait at all. It reads its settings before it writes.
        database.execute(Role.SUPERUSER, "checkpoint");
    }

    private void flushAll() {
        try (Socket socket = new Socket(redis.host(), redis.port())) {
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('+');
        } catch (IOException e) {
            throw new IllegalStateException("Redis could not be emptied", e);
        }
    }

    private App app(String url) {
        Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
        servers.standbys()
                .forEach(standby -> nodes.put(
                        standby.name(), new ReplicaNode(database.on(standby).url(), null)));
        SluiceSettings settings = database.settings()
                .pool(PoolSettings.ofMax(12))
                .replicas(new ReplicaSettings(RoutingSettings.DEFAULT, nodes))
                .build();
        CacheSettings defaults = CacheSettings.DEFAULT;
        // On a busy machine 50 ms are no sign of an outage.
        CacheSettings cache = CacheSettings.at(url)
                .withNamespace(namespace)
                .withTimeouts(
                        Duration.ofSeconds(5),
                        defaults.connectTimeout(),
                        defaults.loadTimeout(),
                        defaults.transactionTimeout());
        return App.start(settings, cache);
    }
}
