package dev.sluice.r2dbc.cached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.repository.Cached;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Query;
import dev.sluice.repository.Read;
import dev.sluice.repository.Scope;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What cannot be cached stops the start, with or without a cache. */
@SluiceTest(migrations = CachedFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachedRefusalsTest {

    private final TestDatabase database;
    private CachedFixture app;
    private CachedFixture uncached;

    CachedRefusalsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void start() {
        CachedFixture.protect(database);
        app = CachedFixture.start(database, CachedFixture.settings(null));
        uncached = CachedFixture.start(
                database, CachedFixture.settings(null), cache -> dev.sluice.cache.TenantCache.none());
    }

    @AfterAll
    void close() {
        app.close();
        uncached.close();
    }

    @Nested
    class Methods {

        interface Writes extends TenantRepository<Plan, UUID> {
            @Override
            @Cached
            Mono<Boolean> deleteById(UUID id);
        }

        interface WritesByHand extends TenantRepository<Plan, UUID> {
            @Cached
            @Query("update plans set code = :code")
            Mono<Long> rename(String code);
        }

        interface Streams extends TenantRepository<Plan, UUID> {
            @Override
            @Cached
            Flux<Plan> stream(int fetchSize);
        }

        interface Locks extends TenantRepository<Plan, UUID> {
            @Cached
            @Query("select id from plans for update")
            Flux<UUID> locked();
        }

        interface Rolls extends TenantRepository<Plan, UUID> {
            @Cached
            @Query("select random() from plans")
            Flux<Double> dice();
        }

        interface OfThePrimary extends TenantRepository<Plan, UUID> {
            @Override
            @Cached
            @Read(Read.Freshness.PRIMARY)
            Mono<Plan> findById(UUID id);
        }

        interface ByDefault extends TenantRepository<Plan, UUID> {
            @Cached
            default Mono<Plan> any() {
                return findAll().next();
            }
        }

        @Test
        void thatWriteAreRefused() {
            refused(Writes.class)
                    .hasMessage("Writes.deleteById: @Cached on a method that writes (expected: one that reads)");
            refused(WritesByHand.class).hasMessageStartingWith("WritesByHand.rename: @Cached on a method that writes");
        }

        @Test
        void thatStreamAreRefused() {
            refused(Streams.class).hasMessageStartingWith("Streams.stream: @Cached on a stream");
        }

        @Test
        void whoseAnswersAreNeverTheSameAreRefused() {
            refused(Locks.class)
                    .hasMessageStartingWith("Locks.locked: @Cached on a statement that locks rows or calls a volatile");
            refused(Rolls.class).hasMessageStartingWith("Rolls.dice: @Cached on a statement that locks rows");
        }

        @Test
        void thatReadThePrimaryAreRefused() {
            refused(OfThePrimary.class).hasMessageStartingWith("OfThePrimary.findById: @Cached with @Read(PRIMARY)");
        }

        @Test
        void thatRunAsTheyAreAreRefused() {
            refused(ByDefault.class).hasMessageStartingWith("ByDefault.any: @Cached on a default method");
        }
    }

    @Nested
    class Values {

        interface ManyIds extends TenantRepository<Plan, UUID> {
            @Override
            @Cached
            Flux<Plan> findAllById(Collection<UUID> ids);
        }

        interface Lists extends TenantRepository<Plan, UUID> {
            @Cached
            @Where("code = any(:codes)")
            Flux<Plan> coded(List<String> codes);
        }

        interface Ttl extends TenantRepository<Plan, UUID> {
            @Override
            @Cached(ttl = "0s")
            Mono<Plan> findById(UUID id);
        }

        interface NegativeTtl extends TenantRepository<Plan, UUID> {
            @Override
            @Cached(negativeTtl = "soon")
            Mono<Plan> findById(UUID id);
        }

        @Test
        void ofWhichNoKeyCanBeMadeAreRefused() {
            refused(ManyIds.class)
                    .hasMessageStartingWith("ManyIds.findAllById: @Cached with the parameter")
                    .hasMessageContaining("java.util.Collection<java.util.UUID>, of which no key can be made");
            refused(Lists.class).hasMessageStartingWith("Lists.coded: @Cached with the parameter 'codes'");
        }

        @Test
        void thatAreNoLivesAreRefused() {
            refused(Ttl.class)
                    .hasMessage(
                            "Ttl.findById: @Cached ttl '0s' (expected: a positive number and ms, s, m or h, as in 500ms)");
            refused(NegativeTtl.class).hasMessageStartingWith("NegativeTtl.findById: @Cached negativeTtl 'soon'");
        }
    }

    @Nested
    class Tables {

        interface Unknown extends TenantRepository<Plan, UUID> {
            @Override
            @Cached(tables = "plots")
            Mono<Plan> findById(UUID id);
        }

        interface Nothing extends TenantRepository<Plan, UUID> {
            @Cached
            @Query(value = "select code from plans", scope = Scope.ROW_LEVEL_SECURITY)
            Flux<String> codes();
        }

        interface Named extends TenantRepository<Plan, UUID> {
            @Cached(tables = "plans")
            @Query(value = "select code from plans where code <> :code order by code", scope = Scope.ROW_LEVEL_SECURITY)
            Flux<String> codesBut(String code);
        }

        interface Pages extends TenantRepository<Plan, UUID> {
            @Cached
            @Where("code like :pattern order by code")
            Mono<dev.sluice.repository.Page<Plan>> like(String pattern, PageRequest page);
        }

        @Test
        void thatDoNotExistAreRefused() {
            refused(Unknown.class)
                    .hasMessageStartingWith(
                            "Unknown.findById: @Cached names the table 'plots', which does not exist in");
        }

        @Test
        void mustBeKnown() {
            refused(Nothing.class)
                    .hasMessageStartingWith("Nothing.codes: @Cached on a statement of which no table is known");
        }

        @Test
        void thatAreNamedEndWhatIsLeftToRowLevelSecurity() {
            Named named = app.repository(Named.class);
            Plan plan = Plan.of("named " + UUID.randomUUID());
            assertThat(CachedFixture.as("acme", named.codesBut(""))).doesNotContain(plan.code());

            CachedFixture.as("acme", named.insert(plan));
            assertThat(CachedFixture.as("acme", named.codesBut(""))).contains(plan.code());
        }

        @Test
        void ofPagesAreThoseOfTheirFragment() {
            Pages pages = app.repository(Pages.class);
            Plan plan = Plan.of("paged " + UUID.randomUUID());
            assertThat(CachedFixture.as("acme", pages.like(plan.code(), PageRequest.of(5)))
                            .items())
                    .isEmpty();

            CachedFixture.as("acme", pages.insert(plan));
            assertThat(CachedFixture.as("acme", pages.like(plan.code(), PageRequest.of(5)))
                            .items())
                    .containsExactly(plan);
        }
    }

    private AbstractThrowableAssert<?, ?> refused(Class<?> repository) {
        assertThatThrownBy(() -> uncached.repository(repository)).isInstanceOf(InvalidMappingException.class);
        return assertThatThrownBy(() -> app.repository(repository)).isInstanceOf(InvalidMappingException.class);
    }
}
