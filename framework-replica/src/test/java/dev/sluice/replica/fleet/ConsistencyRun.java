package dev.sluice.replica.fleet;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.replica.fleet.Observer.Findings;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sessions that write counters of their own and read those of their tenant, each one call after another, each call on either
 * of several applications: what a session has seen travels with it as a token does.
 */
final class ConsistencyRun {

    static final String TABLE = "counters";
    static final String DEFINITION = """
            create table counters (tenant_id text not null, id int not null, version bigint not null,
              primary key (tenant_id, id));
            insert into counters select 't' || t, i, 0 from generate_series(0, 3) t, generate_series(0, 7) i;
            create function hold(seconds double precision) returns integer language sql stable
              as 'select 1 from pg_sleep(seconds)';
            """;

    static final String READ = "select version from counters where id = :id";
    /** Is answered some time after it has its snapshot. */
    static final String SLOW_READ = "select version from counters where id = :id and hold(0.05) = 1";

    private static final int TENANTS = 4;
    private static final int SESSIONS_PER_TENANT = 8;

    private final List<Sluice> apps;
    private final int writePercent;
    private final String read;
    private final UnaryOperator<SessionPosition> token;
    private final Findings findings = new Findings();

    /**
     * @param read the statement that reads a counter
     * @param token what becomes of a session's position between two calls
     */
    ConsistencyRun(List<Sluice> apps, int writePercent, String read, UnaryOperator<SessionPosition> token) {
        this.apps = apps;
        this.writePercent = writePercent;
        this.read = read;
        this.token = token;
    }

    /** What a token keeps of a session: its position and horizon, and whether they are known. */
    static SessionPosition carried(SessionPosition session) {
        if (session.unknownWrites() > 0) {
            return SessionPosition.unknown();
        }
        return session.seen() == null
                ? SessionPosition.none()
                : SessionPosition.at(session.seen()).seenBelow(session.horizon());
    }

    Findings findings() {
        return findings;
    }

    /** @return completes when all sessions have made their calls */
    Mono<Void> operations(long all, Random seeds) {
        int sessions = TENANTS * SESSIONS_PER_TENANT;
        return Flux.fromStream(IntStream.range(0, sessions)
                        .mapToObj(i -> session(i, (int) (all / sessions), new Random(seeds.nextLong()))))
                .flatMap(session -> session, sessions)
                .then();
    }

    private Mono<Void> session(int number, int calls, Random random) {
        Observer observer = new Observer(SESSIONS_PER_TENANT, findings);
        String tenant = "t" + number / SESSIONS_PER_TENANT;
        int own = number % SESSIONS_PER_TENANT;
        SessionPosition[] position = {SessionPosition.none()};
        return Flux.range(0, calls)
                .concatMap(i -> {
                    position[0] = token.apply(position[0]);
                    Sluice app = apps.get(random.nextInt(apps.size()));
                    Mono<Void> call = random.nextInt(100) < writePercent
                            ? write(app, own)
                                    .doOnNext(v -> observer.wrote(own, v))
                                    .then()
                            : read(app, observer, random.nextBoolean() ? own : random.nextInt(SESSIONS_PER_TENANT));
                    return call.onErrorResume(error -> Mono.fromRunnable(observer::failed))
                            .contextWrite(Access.tenant(tenant).session(position[0]));
                })
                .then();
    }

    private static Mono<Long> write(Sluice app, int key) {
        return app.sql("update counters set version = version + 1 where id = :id returning version")
                .bind("id", key)
                .as(Long.class)
                .one();
    }

    private Mono<Void> read(Sluice app, Observer observer, int key) {
        return app.sql(read)
                .bind("id", key)
                .as(Long.class)
                .one()
                .doOnNext(version -> observer.read(key, version))
                .then();
    }
}
