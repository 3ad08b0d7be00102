package dev.sluice.spring.actuator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.spring.FakeCache;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.ThreeNodes;
import dev.sluice.spring.actuator.SluiceEndpoint.Flushed;
import dev.sluice.spring.alert.AlertState;
import dev.sluice.spring.alert.Boards;
import dev.sluice.spring.alert.SluiceAlert;
import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import reactor.core.publisher.Mono;

class SluiceEndpointTest {

    private static SluiceState.Cluster state(FakeSluice sluice) {
        return new SluiceEndpoint(sluice, TenantCache.none(), Boards.of(sluice), null, new SchemaAtStart())
                .state()
                .block()
                .clusters()
                .get("main");
    }

    @Test
    void eachNodeIsShownWithRoleStateReasonPositionLagAndUse() {
        SluiceState.Cluster cluster = state(new ThreeNodes());

        assertThat(cluster.systemIdentifier()).isEqualTo("18446744073709551615");
        assertThat(cluster.nodes())
                .containsExactly(
                        new SluiceState.Node("primary", Role.PRIMARY, State.UP, "", 1, "0/200", 0.0, 0L, 1.0, 1, 0, 8),
                        new SluiceState.Node("r1", Role.STANDBY, State.UP, "", 1, "0/100", 1_500.0, 256L, 2.0, 1, 0, 8),
                        new SluiceState.Node(
                                "r2",
                                Role.UNKNOWN,
                                State.DOWN,
                                "connection refused",
                                null,
                                null,
                                null,
                                null,
                                null,
                                1,
                                0,
                                8),
                        new SluiceState.Node(
                                "across-tenants", null, null, null, null, null, null, null, null, 1, 0, 8));
    }

    @Test
    void whatTheStartMadeOfTheSchemaIsShown() {
        FakeSluice sluice = new FakeSluice();
        SchemaAtStart schema = new SchemaAtStart();
        SluiceEndpoint endpoint = new SluiceEndpoint(sluice, TenantCache.none(), Boards.of(sluice), null, schema);
        assertThat(endpoint.state().block().schema()).isNull();

        schema.current("5");
        schema.lockWaited(Duration.ofMillis(250), Outcome.MIGRATED_BY_ANOTHER);

        assertThat(endpoint.state().block().schema())
                .isEqualTo(new SluiceState.Schema("5", Outcome.MIGRATED_BY_ANOTHER, 250));
    }

    @Test
    void eachAlertIsShownWithHowItStands() {
        FakeSluice sluice = new FakeSluice();

        assertThat(new SluiceEndpoint(sluice, TenantCache.none(), Boards.of(sluice), null, new SchemaAtStart())
                        .state()
                        .block()
                        .alerts())
                .hasSameSizeAs(SluiceAlert.values())
                .first()
                .returns("active-connections", AlertState::alert)
                .returns(0.125, AlertState::value)
                .returns("primary", AlertState::where);
    }

    @Test
    void ofOneNodeThatNobodyAsksItsUseIsShown() {
        assertThat(state(new FakeSluice()))
                .returns(null, SluiceState.Cluster::systemIdentifier)
                .extracting(cluster -> cluster.nodes().get(0).inUse())
                .isEqualTo(1);
    }

    @Test
    void theCacheIsShownByTierWithItsBreakerAndWhetherItHearsOfChanges() {
        FakeSluice sluice = new FakeSluice();
        CacheState cache = endpoint(sluice, new FakeCache(SharedState.HALF_OPEN))
                .state()
                .block()
                .clusters()
                .get("main")
                .cache();

        assertThat(cache.near()).isEqualTo(new CacheState.Tier(3, 1, 0.75));
        assertThat(cache.shared()).isEqualTo(new CacheState.Tier(0, 0, 0));
        assertThat(cache.breaker()).isEqualTo(SharedState.HALF_OPEN);
        assertThat(cache.tracking()).isTrue();
    }

    @Test
    void aTenantsAnswersAreEndedAndItIsSaidHowFarThatReaches() {
        FakeCache shared = new FakeCache(SharedState.CLOSED);
        WebEndpointResponse<Flushed> inTheFleet =
                endpoint(new FakeSluice(), shared).flush("cache", "acme").block();
        WebEndpointResponse<Flushed> here = endpoint(new FakeSluice(), new FakeCache(SharedState.ABSENT))
                .flush("cache", "acme")
                .block();

        assertThat(shared.flushed).containsExactly(TenantId.of("acme"));
        assertThat(inTheFleet.getBody()).isEqualTo(new Flushed("acme", true));
        assertThat(here.getBody()).isEqualTo(new Flushed("acme", false));
    }

    @Test
    void whatRedisCouldNotBeToldIsAnsweredAsUnavailable() {
        FakeCache cache = new FakeCache(SharedState.OPEN) {
            @Override
            public Mono<Void> flush(TenantId tenant) {
                return Mono.error(new IllegalStateException("Redis could not be told"));
            }
        };

        assertThat(endpoint(new FakeSluice(), cache).flush("cache", "acme").block())
                .returns(503, WebEndpointResponse::getStatus)
                .returns(new Flushed("acme", false), WebEndpointResponse::getBody);
    }

    @Test
    void nothingElseCanBeDeletedAndAMalformedTenantIsRefused() {
        FakeCache cache = new FakeCache(SharedState.CLOSED);
        SluiceEndpoint endpoint = endpoint(new FakeSluice(), cache);

        assertThat(endpoint.flush("nodes", "acme").block()).isNull();
        assertThatThrownBy(() -> endpoint.flush("cache", " ").block())
                .isInstanceOf(InvalidEndpointRequestException.class);
        assertThat(cache.flushed).isEmpty();
    }

    private static SluiceEndpoint endpoint(FakeSluice sluice, TenantCache cache) {
        return new SluiceEndpoint(sluice, cache, Boards.of(sluice), null, new SchemaAtStart());
    }
}
