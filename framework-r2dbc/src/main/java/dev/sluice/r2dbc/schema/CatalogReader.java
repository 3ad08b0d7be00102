package dev.sluice.r2dbc.schema;

import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.schema.Relation.Column;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Reads the live catalog as the application role, so that it holds what this role can reach and no more. */
public final class CatalogReader {

    private static final int MAX_ROWS = 1_000_000;

    private final SluiceSettings settings;

    /**
     * Makes a reader.
     *
     * @param settings say which column holds the tenant, and what is shared or declared
     */
    public CatalogReader(SluiceSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads the catalog, with seven queries one after another.
     *
     * @param session a session of the application role
     * @return the catalog; an error of the driver if a query fails
     */
    public Mono<Catalog> read(Session session) {
        return Mono.defer(() -> read(session, new Found(settings)));
    }

    private Mono<Catalog> read(Session session, Found found) {
        String[] declared =
                settings.declared().stream().map(CatalogReader::withoutSchema).toArray(String[]::new);
        return rows(session, "search path", CatalogSql.SEARCH_PATH, row -> List.of(strings(row, 0)))
                .doOnNext(rows -> found.searchPath = rows.get(0))
                .then(rows(session, "relations", CatalogSql.RELATIONS, CatalogReader::relation))
                .doOnNext(found.relations::addAll)
                .then(rows(session, "columns", CatalogSql.COLUMNS, CatalogReader::column, (Object) declared))
                .doOnNext(found.columns::addAll)
                .then(rows(session, "keys", CatalogSql.KEYS, CatalogReader::key))
                .doOnNext(found.keys::addAll)
                .then(rows(session, "influences", CatalogSql.INFLUENCES, CatalogReader::influence))
                .doOnNext(found.influences::addAll)
                .then(rows(session, "declared functions", CatalogSql.DECLARED_VOLATILE, row -> text(row, 0), (Object)
                        found.declared.toArray(String[]::new)))
                .doOnNext(found.declaredVolatile::addAll)
                .then(rows(session, "functions", CatalogSql.FUNCTIONS, CatalogReader::function))
                .map(functions -> found.catalog(settings, functions));
    }

    private static <T> Mono<List<T>> rows(
            Session session, String what, String sql, Function<? super Readable, T> mapper, Object... parameters) {
        @Nullable Object[] bound = parameters;
        return session.rows(Group.of("catalog: " + what, sql, bound), mapper, MAX_ROWS);
    }

    private static FoundRelation relation(Readable row) {
        return new FoundRelation(text(row, 0), text(row, 1), text(row, 2).charAt(0));
    }

    private static FoundColumn column(Readable row) {
        Column column = new Column(
                text(row, 2),
                text(row, 3),
                required(row.get(4, Long.class)).intValue(),
                flag(row, 5),
                flag(row, 6),
                flag(row, 7),
                flag(row, 8));
        return new FoundColumn(text(row, 0) + "." + text(row, 1), column);
    }

    private static FoundKey key(Readable row) {
        return new FoundKey(text(row, 0) + "." + text(row, 1), flag(row, 2), List.of(strings(row, 3)));
    }

    private static Influence influence(Readable row) {
        return new Influence(text(row, 0), text(row, 1), Influence.Kind.valueOf(text(row, 2)));
    }

    private static FoundFunction function(Readable row) {
        return new FoundFunction(text(row, 0), flag(row, 1), flag(row, 2));
    }

    private static String text(Readable row, int index) {
        return required(row.get(index, String.class));
    }

    private static boolean flag(Readable row, int index) {
        return required(row.get(index, Boolean.class));
    }

    private static String[] strings(Readable row, int index) {
        return required(row.get(index, String[].class));
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the catalog holds NULL where PostgreSQL documents a value");
        }
        return value;
    }

    private static String withoutSchema(String name) {
        return name.substring(name.indexOf('.') + 1);
    }

    private record FoundRelation(String schema, String name, char relkind) {

        String qualified() {
            return schema + "." + name;
        }
    }

    private record FoundColumn(String relation, Column column) {}

    private record FoundKey(String relation, boolean primary, List<String> columns) {}

    private record FoundFunction(String name, boolean usable, boolean isVolatile) {}

    /** What the queries have found so far. */
    private static final class Found {

        private List<String> searchPath = List.of();
        private final List<FoundRelation> relations = new ArrayList<>();
        private final List<FoundColumn> columns = new ArrayList<>();
        private final List<FoundKey> keys = new ArrayList<>();
        private final List<Influence> influences = new ArrayList<>();
        private final Set<String> declared = new HashSet<>();
        private final Set<String> declaredVolatile = new HashSet<>();

        Found(SluiceSettings settings) {
            settings.declared().forEach(name -> declared.add(name.toLowerCase(Locale.ROOT)));
        }

        Catalog catalog(SluiceSettings settings, List<FoundFunction> functions) {
            Map<String, Relation> all = relations(settings);
            return new Catalog(
                    settings.tenantColumn(),
                    all,
                    searchPath,
                    declared,
                    volatiles(functions),
                    names(functions, FoundFunction::usable),
                    new WriteEffects(all.values(), influences));
        }

        private Map<String, Relation> relations(SluiceSettings settings) {
            Map<String, List<Column>> columnsOf = new HashMap<>();
            columns.forEach(c -> columnsOf
                    .computeIfAbsent(c.relation(), name -> new ArrayList<>())
                    .add(c.column()));
            Map<String, List<FoundKey>> keysOf = new HashMap<>();
            keys.forEach(k -> keysOf.computeIfAbsent(k.relation(), name -> new ArrayList<>())
                    .add(k));
            RelationKinds kinds = new RelationKinds(
                    settings, relations.stream().map(FoundRelation::qualified).toList(), searchPath);
            Map<String, Relation> all = new HashMap<>();
            for (FoundRelation r : relations) {
                String name = r.qualified();
                List<Column> own = columnsOf.getOrDefault(name, List.of());
                List<FoundKey> unique = keysOf.getOrDefault(name, List.of());
                RelationKinds.Verdict verdict = kinds.of(r.schema(), r.name(), r.relkind(), own);
                all.put(
                        name,
                        new Relation(
                                r.schema(),
                                r.name(),
                                verdict.kind(),
                                own,
                                primary(unique),
                                unique.stream().map(FoundKey::columns).toList(),
                                verdict.refusal()));
            }
            return all;
        }

        private static List<String> primary(List<FoundKey> keys) {
            return keys.stream()
                    .filter(FoundKey::primary)
                    .findFirst()
                    .map(FoundKey::columns)
                    .orElse(List.of());
        }

        private Set<String> volatiles(List<FoundFunction> functions) {
            Set<String> names = names(functions, FoundFunction::isVolatile);
            names.removeAll(declared);
            names.addAll(declaredVolatile);
            return names;
        }

        private static Set<String> names(List<FoundFunction> functions, Predicate<FoundFunction> which) {
            Set<String> names = new HashSet<>();
            functions.stream().filter(which).forEach(f -> names.add(f.name()));
            return names;
        }
    }
}
