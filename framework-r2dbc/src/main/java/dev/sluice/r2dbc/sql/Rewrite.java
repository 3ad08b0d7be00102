package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.Relation;
import dev.sluice.r2dbc.schema.Relation.Kind;
import dev.sluice.r2dbc.sql.FromReader.RelationName;
import dev.sluice.repository.StatementRefusedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the readers of one statement have found, and the changes that keep it within its tenant. */
final class Rewrite {

    private final Statement statement;
    private final Catalog catalog;
    private final NamedParameters.Slots slots;
    private final Splice splice;
    private final Set<String> reads = new TreeSet<>();
    private final Set<String> writes = new TreeSet<>();
    private final Set<Integer> noCalls = new HashSet<>();
    private final Set<Integer> relations = new TreeSet<>();
    private final Map<Integer, String> shown = new HashMap<>();
    private final Map<Integer, String> shownBehind = new HashMap<>();
    private boolean locks;
    private boolean modifies;

    Rewrite(Statement statement, Catalog catalog, NamedParameters.Slots slots) {
        this.statement = statement;
        this.catalog = catalog;
        this.slots = slots;
        this.splice = new Splice(statement.text());
    }

    /**
     * A table that is written to.
     *
     * @param name as it is written
     * @param tenantOwned whether it has the tenant column
     * @param predicate {@code f."tenant_id" = $1::text}
     */
    record Target(String name, boolean tenantOwned, String predicate) {}

    String tenantColumn() {
        return catalog.tenantColumn().name();
    }

    String quotedTenantColumn() {
        return '"' + tenantColumn() + '"';
    }

    /** The tenant as a value. Its type is said each time, so that the server never has to guess it. */
    String tenant() {
        return slots.tenant() + "::" + catalog.tenantColumn().type().name().toLowerCase(Locale.ROOT);
    }

    Splice splice() {
        return splice;
    }

    Set<String> reads() {
        return reads;
    }

    Set<String> writes() {
        return writes;
    }

    /** Indexes of names that have a bracket behind them, but are no functions. */
    Set<Integer> noCalls() {
        return noCalls;
    }

    /** Indexes of the first token of each relation, in order. */
    Set<Integer> relations() {
        return relations;
    }

    /** What the second reading is shown instead of tokens, by their index. */
    Map<Integer, String> shown() {
        return shown;
    }

    /** What the second reading is shown behind tokens, by their index. */
    Map<Integer, String> shownBehind() {
        return shownBehind;
    }

    /** Whether it locks rows. */
    boolean locks() {
        return locks;
    }

    /** Whether it writes, at the top or in a WITH. */
    boolean modifies() {
        return modifies;
    }

    void before(int index, String text) {
        splice.insert(statement.at(index).start(), text);
    }

    void after(int index, String text) {
        splice.insert(statement.at(index).end(), text);
    }

    void replace(int first, int last, String text) {
        splice.replace(statement.at(first).start(), statement.at(last).end(), text);
    }

    void noCall(int index) {
        noCalls.add(index);
    }

    /** A relation that is read: it becomes its rows of the tenant, under the same name. */
    void source(RelationName name, boolean hasAlias, CteNames names) {
        relations.add(name.first());
        if (names.contains(name.name())) {
            return;
        }
        Relation relation = usable(name);
        reads.add(relation.qualifiedName());
        if (relation.kind() == Kind.TENANT_OWNED) {
            before(name.start(), "(select * from ");
            String alias = hasAlias ? "" : " " + written(name.last());
            after(name.end(), " where %s = %s)%s".formatted(quotedTenantColumn(), tenant(), alias));
        }
    }

    /** A table that is written to. */
    Target target(RelationName name, @Nullable Token alias, CteNames names) {
        relations.add(name.first());
        if (names.contains(name.name())) {
            throw refusedAt(name, "is the name of a query in WITH, and cannot be written to");
        }
        Relation relation = usable(name);
        if (relation.kind() == Kind.DECLARED_VIEW) {
            throw refusedAt(name, "is a view; write to its tables");
        }
        modifies = true;
        writes.add(relation.qualifiedName());
        boolean tenantOwned = relation.kind() == Kind.TENANT_OWNED;
        String qualifier =
                alias == null ? written(name.last()) : statement.text().substring(alias.start(), alias.end());
        String predicate = tenantOwned ? "%s.%s = %s".formatted(qualifier, quotedTenantColumn(), tenant()) : "";
        return new Target(written(name.last()), tenantOwned, predicate);
    }

    private Relation usable(RelationName name) {
        Relation relation = catalog.find(name.name())
                .orElseThrow(() -> refusedAt(
                        name, "is no relation that the application role can use; check its name, schema and grants"));
        if (relation.kind() == Kind.REFUSED) {
            throw refusedAt(
                    name,
                    "may not be used: %s; declare it shared or safe if it is"
                            .formatted(relation.refusal() == null ? "it belongs to no tenant" : relation.refusal()));
        }
        return relation;
    }

    private StatementRefusedException refusedAt(RelationName name, String reason) {
        return statement.refused("'%s' %s (at character %d)"
                .formatted(name.name(), reason, statement.at(name.first()).start() + 1));
    }

    private String written(int index) {
        Token token = statement.at(index);
        return statement.text().substring(token.start(), token.end());
    }

    void dataModifyingCte() {
        modifies = true;
    }

    /** {@code table t} becomes a query that can be filtered. */
    void tableCommand(Token table) {
        splice.replace(table, "select * from");
        show(statement.tokens().indexOf(table), "select * from");
    }

    // What follows smooths the way of the second reading, whose parser does not know all of PostgreSQL's grammar.

    void lockClause(int start, int end) {
        locks = true;
        hide(start, end);
    }

    void emptySelectList(int index) {
        show(index, "1 " + (index < statement.size() ? written(index) : ""));
    }

    void hide(int start, int end) {
        for (int i = start; i < end; i++) {
            show(i, "");
        }
    }

    void conflictTarget(int start, int end) {
        hide(start, end);
        show(start, "(x)");
    }

    void mergeWhen(int start, int end, boolean seesTarget) {
        hide(start, end);
        show(start, seesTarget ? "when matched" : "when not matched");
    }

    void doNothing(int start) {
        hide(start, start + 2);
        show(start, "delete");
    }

    /** {@code (a, b) =} of an assignment. */
    void assignedRow(int start, int end) {
        hide(start, end);
        show(start, "x");
    }

    /** The list behind USING of a DELETE, which may hold more than JSqlParser thinks. */
    void deleteUsing(int using, int end) {
        show(using, "where exists (select 1 from");
        showBehind(end - 1, ")");
    }

    /** The source of a MERGE, which may be a join. */
    void mergeSource(int using, int end) {
        show(using, "using (select * from");
        showBehind(end - 1, ") sluice_source");
    }

    void defaultValues(int start) {
        show(start, "(x) values (1)");
        show(start + 1, "");
    }

    /** The query of an INSERT, whose last join could swallow ON CONFLICT. */
    void insertedQuery(int start, int end) {
        showBehind(start - 1, "(");
        showBehind(end - 1, ")");
    }

    private void showBehind(int index, String text) {
        shownBehind.merge(index, text, (first, second) -> first + " " + second);
    }

    private void show(int index, String text) {
        shown.put(index, text);
    }
}
