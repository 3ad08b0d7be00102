package dev.sluice.r2dbc.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.tenant.TenantId;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many calls a second a tenant and each of its principals may make in this process, on whatever node. A call over the
 * limit is rejected, never delayed. A limiter is kept for as long as it remembers anything: after a second without a call
 * it is as good as new. Thread-safe; never blocks.
 */
public final class RateLimits {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** Of more that call within two seconds the first are forgotten, and start anew. */
    private static final long MOST_CALLERS = 1_000_000;

    private static final String EVERY_NODE = "all";

    private final LimitSource limits;
    private final AdmissionObserver observer;
    private final Cache<Caller, AtomicRateLimiter> limiters = Caffeine.newBuilder()
            .expireAfterAccess(PERIOD.multipliedBy(2))
            .maximumSize(MOST_CALLERS)
            .build();

    /**
     * @param limits the limits in force
     * @param observer is told of every rejection
     */
    public RateLimits(LimitSource limits, AdmissionObserver observer) {
        this.limits = limits;
        this.observer = observer;
    }

    /**
     * Counts a call, at its principal and at its tenant if both allow it, else at neither. Work across tenants has no limit.
     *
     * @param request what is asked for
     * @throws AdmissionRejectedException if its tenant or its principal has made as many in this second as it may; in a
     *     dry run that is only counted
     */
    public void check(AdmissionRequest request) {
        TenantId tenant = request.tenant();
        if (tenant == null) {
            return;
        }
        TenantLimits of = limits.tenant(tenant);
        int perPrincipal = request.principal() == null ? 0 : of.perPrincipal().rateLimit();
        AtomicRateLimiter ofPrincipal = limiter(new Caller(tenant, request.principal()), perPrincipal);
        AtomicRateLimiter ofTenant = limiter(new Caller(tenant, null), of.rateLimit());
        AtomicRateLimiter exceeded = ofPrincipal == null || ofTenant == null
                ? exceeded(ofPrincipal == null ? ofTenant : ofPrincipal)
                : exceeded(ofPrincipal, ofTenant);
        if (exceeded != null) {
            reject(request, exceeded);
        }
    }

    private void reject(AdmissionRequest request, AtomicRateLimiter exceeded) {
        observer.rejected(EVERY_NODE, request, Reason.RATE_LIMITED, 0, limits.isDryRun());
        if (!limits.isDryRun()) {
            int limit = exceeded.getRateLimiterConfig().getLimitForPeriod();
            Duration wait = Duration.ofNanos(exceeded.getDetailedMetrics().getNanosToWait());
            throw new AdmissionRejectedException(
                    request.tenant(), request.workload(), Reason.RATE_LIMITED, limit, limit, wait);
        }
    }

    // One thread at a time: when two meet, the loser of the limiter's compare-and-set would park, on an event loop too.
    // What is inside takes no longer than the compare-and-set itself.
    private static @Nullable AtomicRateLimiter exceeded(@Nullable AtomicRateLimiter only) {
        if (only == null) {
            return null;
        }
        synchronized (only) {
            return only.reservePermission() == 0 ? null : only;
        }
    }

    // A permission cannot be given back, so the principal's is asked for first, and taken when the tenant's was.
    private static @Nullable AtomicRateLimiter exceeded(AtomicRateLimiter ofPrincipal, AtomicRateLimiter ofTenant) {
        synchronized (ofPrincipal) {
            if (ofPrincipal.getMetrics().getAvailablePermissions() < 1) {
                return ofPrincipal;
            }
            AtomicRateLimiter exceeded = exceeded(ofTenant);
            return exceeded == null ? exceeded(ofPrincipal) : exceeded;
        }
    }

    private @Nullable AtomicRateLimiter limiter(Caller caller, int limit) {
        if (limit == 0) {
            return null;
        }
        AtomicRateLimiter limiter = limiters.get(caller, unknown -> newLimiter(unknown, limit));
        if (limiter.getRateLimiterConfig().getLimitForPeriod() != limit) {
            limiter.changeLimitForPeriod(limit);
        }
        return limiter;
    }

    private static AtomicRateLimiter newLimiter(Caller caller, int limit) {
        return new AtomicRateLimiter(
                caller.toString(),
                RateLimiterConfig.custom()
                        .limitForPeriod(limit)
                        .limitRefreshPeriod(PERIOD)
                        .timeoutDuration(Duration.ZERO)
                        .build());
    }

    private record Caller(TenantId tenant, @Nullable String principal) {}
}
