package dev.sluice.r2dbc.admission;

import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.TenantLimits;
import dev.sluice.tenant.TenantId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is held and who waits, and what the rules say to that: kept beside the scheduler, which is never asked. */
final class Books {

    final List<QueuedRequest> waiting = new ArrayList<>();
    final List<Held> held = new ArrayList<>();

    /** It is 0.4 where weights are 1 or 10, and 0 where they are unknown; chance is within 0.04. */
    private static final double FAVOUR = 0.2;

    private final TestLimits limits;
    private final int connections;
    /** Who has waited and was granted since it was last forgotten. */
    private final Set<@Nullable TenantId> charged = new HashSet<>();

    private double heavierThanTheOthers;
    private int choices;

    Books(TestLimits limits, int connections) {
        this.limits = limits;
        this.connections = connections;
    }

    record Held(AdmissionRequest request, Slot slot) {}

    void granted(QueuedRequest waiter, Slot slot, long now) {
        AdmissionRequest request = waiter.request;
        require(mayRun(waiter), "a grant over a limit: %s", request);
        require(request.deadline().nanoTime() > now, "a grant after the deadline");
        if (waiting.contains(waiter)) {
            countChoice(waiter);
            waiting.remove(waiter);
            charged.add(request.tenant());
        }
        held.add(new Held(request, slot));
    }

    void check() {
        if (waiting.isEmpty()) {
            charged.removeIf(tenant -> held(of(tenant)) == 0);
        }
        require(waiting.stream().noneMatch(this::mustRun), "a slot idles while a waiter may use it");
    }

    // Of those that might have been chosen, the heavy are chosen more often than the light.
    private void countChoice(QueuedRequest chosen) {
        Set<TenantId> tenants = waiting.stream()
                .filter(other -> other.request.workload().equals(chosen.request.workload())
                        && other.request.priority() == chosen.request.priority()
                        && other.request.tenant() != null
                        && mayRun(other))
                .map(other -> other.request.tenant())
                .collect(Collectors.toSet());
        TenantId tenant = chosen.request.tenant();
        if (tenant != null && tenants.size() > 1) {
            choices++;
            heavierThanTheOthers += weight(tenant)
                    - tenants.stream().mapToInt(this::weight).average().orElseThrow();
        }
    }

    private int weight(TenantId tenant) {
        return limits.tenant(tenant).weight();
    }

    /** Whether those that were granted were heavier, on average, than those that might have been. */
    boolean grantsFavourTheHeavy() {
        return heavierThanTheOthers > FAVOUR * choices;
    }

    /** Whether the limits allow it. */
    boolean mayRun(QueuedRequest asked) {
        AdmissionRequest request = asked.request;
        TenantId tenant = request.tenant();
        if (held.size() >= node() || !isBelowItsLimits(request)) {
            return false;
        }
        boolean newcomer = held(of(tenant).and(upTo(request.priority()))) == 0;
        return tenant == null || hasRoomForAll(tenant) || (newcomer && unreserved() > 0);
    }

    /**
     * Whether it cannot be right that it waits. A newcomer may have one of the last slots when it is its turn; the books know
     * that only of those that were never charged, and where nobody else waits for room.
     */
    private boolean mustRun(QueuedRequest asked) {
        TenantId tenant = asked.request.tenant();
        return mayRun(asked)
                && (tenant == null
                        || hasRoomForAll(tenant)
                        || !charged.contains(tenant)
                        || waiting.stream().noneMatch(other -> waitsForRoomBeside(asked, other)));
    }

    private boolean waitsForRoomBeside(QueuedRequest asked, QueuedRequest other) {
        return other.request.priority() == asked.request.priority()
                && isBelowItsLimits(other.request)
                && !mayRun(other);
    }

    private boolean isBelowItsLimits(AdmissionRequest request) {
        int ofWorkload = limits.workload(request.workload()).maxConnections();
        if (ofWorkload > 0 && held(of(request.workload())) >= ofWorkload) {
            return false;
        }
        TenantId tenant = request.tenant();
        if (tenant == null) {
            return true;
        }
        TenantLimits of = limits.tenant(tenant);
        int ofPrincipal = of.perPrincipal().maxConnections();
        String principal = request.principal();
        return held(of(tenant)) < of.maxConnections()
                && (ofPrincipal == 0
                        || principal == null
                        || held(of(tenant).and(each -> principal.equals(each.principal()))) < ofPrincipal);
    }

    private boolean hasRoomForAll(TenantId tenant) {
        int forNewcomers = node() < 3 ? 0 : (int) Math.ceil(node() * 0.2);
        return held(of(tenant)) < limits.tenant(tenant).reserved() || unreserved() > forNewcomers;
    }

    private int unreserved() {
        int unmet = 0;
        for (Map.Entry<TenantId, TenantLimits> each :
                limits.settings().tenantOverrides().entrySet()) {
            unmet += Math.max(0, each.getValue().reserved() - held(of(each.getKey())));
        }
        return node() - held.size() - unmet;
    }

    private int node() {
        return limits.maxConnections() == 0 ? connections : limits.maxConnections();
    }

    private int held(Predicate<AdmissionRequest> kind) {
        int count = 0;
        for (Held each : held) {
            count += kind.test(each.request) ? 1 : 0;
        }
        return count;
    }

    private static Predicate<AdmissionRequest> of(@Nullable TenantId tenant) {
        return request -> Objects.equals(tenant, request.tenant());
    }

    private static Predicate<AdmissionRequest> of(Workload workload) {
        return request -> workload.equals(request.workload());
    }

    private static Predicate<AdmissionRequest> upTo(Priority priority) {
        return request -> request.priority().compareTo(priority) <= 0;
    }

    static void require(boolean condition, String rule, Object... details) {
        if (!condition) {
            throw new AssertionError(rule.formatted(details));
        }
    }
}
