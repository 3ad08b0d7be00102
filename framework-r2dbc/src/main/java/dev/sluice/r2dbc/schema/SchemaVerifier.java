package dev.sluice.r2dbc.schema;

import dev.sluice.Isolation;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.schema.Relation.Kind;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Verifies at start that the live database keeps tenants apart: policies, views, keys, and what the roles may do. It
 * finds mistakes; it cannot prove what a function that the user declared does.
 *
 * <p>With {@link Isolation#PREDICATE} only what scoped SQL relies on is verified: the server's version, the type of the
 * tenant column, and keys.
 */
public final class SchemaVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaVerifier.class);

    private final SluiceSettings settings;

    /**
     * Makes a verifier.
     *
     * @param settings say how tenants are kept apart, and what is shared or declared
     */
    public SchemaVerifier(SluiceSettings settings) {
        this.settings = settings;
    }

    /**
     * Verifies the database, with some fifteen queries one after another. Warns in the log of what is no hole, but
     * should not stay: a server that lacks a security fix, and tables that belong to nobody.
     *
     * @param session a session of the application role
     * @param catalog what {@link CatalogReader} read
     * @return completes if there is no hole; {@link UnsafeSchemaException} with all of them if there are any;
     *     {@link IllegalArgumentException} if a shared table is not there
     */
    public Mono<Void> verify(Session session, Catalog catalog) {
        return Mono.defer(() -> {
            requireSharedTables(catalog);
            warnOfTablesOfNobody(catalog);
            return holes(session, catalog).flatMap(this::refuse);
        });
    }

    private Mono<List<Hole>> holes(Session session, Catalog catalog) {
        CheckedDatabase database = new CheckedDatabase(session, catalog, settings);
        boolean policies = settings.isolation() == Isolation.RLS;
        List<Mono<List<Hole>>> steps = new ArrayList<>();
        steps.add(version(database));
        steps.add(run(KeyChecks.TENANT_TYPE, database));
        if (policies) {
            steps.add(new PolicyCheck(settings).holes(database));
        }
        checks().filter(check -> policies || !check.ofPolicies())
                .map(check -> run(check, database))
                .forEach(steps::add);
        return Flux.concat(steps).flatMapIterable(holes -> holes).collectList();
    }

    private Mono<Void> refuse(List<Hole> holes) {
        return holes.isEmpty()
                ? Mono.empty()
                : Mono.error(new UnsafeSchemaException(settings.app().username(), holes));
    }

    private static Stream<Check> checks() {
        return Stream.of(
                        Stream.of(PolicyCheck.OTHER_ROLES),
                        ViewChecks.ALL.stream(),
                        KeyChecks.ALL.stream(),
                        RoleChecks.ALL.stream())
                .flatMap(checks -> checks);
    }

    private static Mono<List<Hole>> run(Check check, CheckedDatabase database) {
        return database.rows(check.name(), check.sql(), SchemaVerifier::hole);
    }

    private static Mono<List<Hole>> version(CheckedDatabase database) {
        return database.rows(
                        "version",
                        "select current_setting('server_version_num')::int",
                        row -> new ServerVersion(Objects.requireNonNull(row.get(0, Integer.class))))
                .doOnNext(versions -> versions.forEach(v -> v.warning().ifPresent(LOG::warn)))
                .map(versions ->
                        versions.stream().flatMap(v -> v.hole().stream()).toList());
    }

    private static Hole hole(Readable row) {
        String[] mend = row.get(1, String[].class);
        return new Hole(Objects.requireNonNull(row.get(0, String.class)), mend == null ? List.of() : List.of(mend));
    }

    private void requireSharedTables(Catalog catalog) {
        List<String> unknown = settings.sharedTables().stream()
                .filter(name ->
                        catalog.find(name).filter(r -> r.kind() == Kind.SHARED).isEmpty())
                .toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("shared-tables: %s (expected: tables that role '%s' may use)"
                    .formatted(unknown, settings.app().username()));
        }
    }

    private static void warnOfTablesOfNobody(Catalog catalog) {
        List<String> tables = catalog.relations().values().stream()
                .filter(r -> r.kind() == Kind.REFUSED && !r.primaryKey().isEmpty())
                .filter(r -> r.column(catalog.tenantColumn().name()).isEmpty())
                .map(Relation::qualifiedName)
                .sorted()
                .toList();
        if (!tables.isEmpty()) {
            LOG.warn(
                    "neither tenant-owned nor declared shared, yet granted to the application role: {}. Scoped SQL may not"
                            + " use these tables; revoke them, or declare them shared",
                    String.join(", ", tables));
        }
    }
}
