package dev.sluice.spring.coherence;

import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.tiered.CborCodec;
import dev.sluice.cache.tiered.TieredCache;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.token.SessionTokens;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** One instance of an application, which is asked with tokens and answers with them. */
final class App implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final SessionTokens TOKENS = new SessionTokens(List.of("the fleet's, of 32 bytes at least"));

    final FaultyCache cache;
    private final R2dbcSluice sluice;
    private final Counters counters;

    private App(FaultyCache cache, R2dbcSluice sluice) {
        this.cache = cache;
        this.sluice = sluice;
        this.counters = sluice.repository(Counters.class);
    }

    static App start(SluiceSettings settings, CacheSettings cacheSettings) {
        TenantCache cache =
                Objects.requireNonNull(TieredCache.connect(cacheSettings, new CborCodec(), CacheObserver.NONE)
                        .block(PATIENCE));
        FaultyCache faulty = new FaultyCache(cache);
        Sluice sluice = Sluice.connect(settings.withCache(faulty)).block(PATIENCE);
        return new App(faulty, (R2dbcSluice) Objects.requireNonNull(sluice));
    }

    /** A read that belongs to no session. */
    Mono<Counter> read(Key key) {
        return counters.findById(key.id()).contextWrite(Access.tenant(key.tenant()));
    }

    /** A read of a session that has got as far as the token says. */
    Mono<Counter> read(Key key, String token) {
        return Mono.defer(() -> read(key).contextWrite(Access.session(TOKENS.read(token, sluice.systemIdentifier()))));
    }

    /** A write, and its token. */
    Mono<Written> write(Key key, long version) {
        return Mono.defer(() -> {
            SessionPosition session = SessionPosition.none();
            return counters.update(new Counter(key.id(), key.tenant(), version))
                    .contextWrite(Access.tenant(key.tenant()).session(session))
                    .map(written -> new Written(written.version(), TOKENS.issue(session, sluice.systemIdentifier())));
        });
    }

    record Written(long version, String token) {}

    @Override
    public void close() {
        sluice.closeGracefully().then(cache.closeGracefully()).block(PATIENCE);
    }
}
