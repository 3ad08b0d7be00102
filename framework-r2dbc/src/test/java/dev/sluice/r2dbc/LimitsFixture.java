package dev.sluice.r2dbc;

import dev.sluice.AdmissionSettings;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A Sluice on six connections, of which the last two are for newcomers, and what holds them. */
final class LimitsFixture implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final int POOL = 6;

    final R2dbcSluice sluice;
    private final Deque<Holder> holders = new ArrayDeque<>();

    LimitsFixture(TestDatabase database, AdmissionSettings admission) {
        this(database, admission, AdmissionObserver.NONE);
    }

    LimitsFixture(TestDatabase database, AdmissionSettings admission, AdmissionObserver observer) {
        sluice = (R2dbcSluice) Objects.requireNonNull(Sluice.connect(database.settings()
                        .pool(PoolSettings.ofMax(POOL))
                        .admission(admission)
                        .admissionObserver(observer)
                        .build())
                .block(PATIENCE));
    }

    static AdmissionSettings perTenant(int maxConnections, int maxWaiting) {
        return AdmissionSettings.DEFAULT.withTenantDefaults(tenant(maxConnections, 0, maxWaiting));
    }

    static TenantLimits tenant(int maxConnections, int reserved, int maxWaiting) {
        return new TenantLimits(maxConnections, reserved, 1, maxWaiting, 0, PrincipalLimits.NONE);
    }

    /** Asks for a connection, to be held. */
    Holder hold(String tenant) {
        return hold(Access.tenant(tenant));
    }

    Holder hold(AccessChange access) {
        Holder holder = new Holder(sluice, access);
        holders.push(holder);
        return holder;
    }

    /** Waits for the answer of a call that holds its connection for no time. */
    @Nullable
    Integer call(AccessChange access) {
        return one().contextWrite(access).block(PATIENCE);
    }

    Mono<Integer> one() {
        return sluice.sql("select 1").as(Integer.class).one();
    }

    /** Waits until so many connections are in use while so many requests wait, both at one instant. */
    void awaitUse(int inUse, int waiting) {
        Await.until(
                PATIENCE,
                () -> {
                    AdmissionSnapshot now = primary();
                    return now.inUse() == inUse && now.waiting() == waiting;
                },
                "%d in use and %d waiting, now %s".formatted(inUse, waiting, primary()));
    }

    AdmissionSnapshot primary() {
        return Objects.requireNonNull(
                sluice.admission(100).map(R2dbcSluice.NodeAdmission::use).blockFirst(PATIENCE));
    }

    @Override
    public void close() {
        holders.forEach(Holder::letGo);
        holders.forEach(Holder::close);
        sluice.closeGracefully().block(PATIENCE);
    }
}
