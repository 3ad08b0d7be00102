package dev.sluice.r2dbc.schema;

import dev.sluice.r2dbc.schema.Influence.Kind;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which relations change with a write: by the actions of foreign keys, as partitions, and as views. What triggers, rules and functions
 * write is not seen. Immutable.
 */
public final class WriteEffects {

    /** Of a database of which nothing is known: a write changes what it names. */
    public static final WriteEffects NONE = new WriteEffects(List.of(), List.of());

    private final Map<String, Relation> relations;
    private final Map<String, List<Influence>> influences;
    private final Map<String, Set<String>> seenBy;

    WriteEffects(Collection<Relation> relations, Collection<Influence> influences) {
        this.relations = relations.stream()
                .filter(relation -> !RelationKinds.isOfPostgresql(relation.schema()))
                .collect(Collectors.toUnmodifiableMap(Relation::qualifiedName, relation -> relation));
        this.influences = influences.stream().collect(Collectors.groupingBy(Influence::of));
        this.seenBy = influences.stream()
                .filter(influence -> influence.kind() == Kind.VIEW)
                .collect(Collectors.groupingBy(
                        Influence::on, Collectors.mapping(Influence::of, Collectors.toUnmodifiableSet())));
    }

    /** What a write of one row does. */
    private enum Write {
        INSERT,
        UPDATE,
        DELETE,
        ANY;

        boolean isPassedOn(Kind kind) {
            return switch (kind) {
                case SAME_ROWS, VIEW, ALIKE_IDS -> true;
                case ON_DELETE -> this == DELETE || this == ANY;
                case ON_UPDATE -> this == UPDATE || this == ANY;
                case ON_UPDATE_OF_ID -> this == ANY;
            };
        }

        Write on(Kind kind) {
            return switch (kind) {
                case SAME_ROWS, ALIKE_IDS -> this;
                case VIEW -> INSERT;
                case ON_DELETE, ON_UPDATE, ON_UPDATE_OF_ID -> ANY;
            };
        }
    }

    /**
     * What changes beside one row that is written.
     *
     * @param inserted when the row is inserted
     * @param updated when it is updated, and keeps its id
     * @param deleted when it is deleted; each holds the row's own table if more of it than the row may change
     * @param plainIds whether ids that the database takes for the same are the same in Java
     */
    public record OfRow(Set<String> inserted, Set<String> updated, Set<String> deleted, boolean plainIds) {

        /** Nothing. */
        public static final OfRow NOTHING = new OfRow(Set.of(), Set.of(), Set.of(), true);
    }

    /**
     * What changes beside one row that is written.
     *
     * @param table the qualified name of its table
     * @return by what is done to the row
     */
    public OfRow ofRow(String table) {
        return influences.containsKey(table)
                ? new OfRow(
                        beside(table, Write.INSERT),
                        beside(table, Write.UPDATE),
                        beside(table, Write.DELETE),
                        hasPlainIds(table))
                : OfRow.NOTHING;
    }

    private boolean hasPlainIds(String table) {
        return influences.getOrDefault(table, List.of()).stream().noneMatch(one -> one.kind() == Kind.ALIKE_IDS);
    }

    /**
     * What changes when relations are written, and it is not known how.
     *
     * @param names as a statement has them: folded unless quoted, with or without schema; a name without one means all
     *     relations that have it
     * @return the qualified names of the relations that may change, with their own; what is not known is left as it is
     */
    public Set<String> of(Set<String> names) {
        if (names.isEmpty()) {
            return Set.of();
        }
        Set<String> changed = new TreeSet<>();
        for (String name : names) {
            for (String written : resolve(name)) {
                for (String table : withSources(written)) {
                    changed.add(table);
                    changed.addAll(beside(table, Write.ANY));
                }
            }
        }
        return changed;
    }

    /**
     * Tells which of some relations belong to no tenant, and what changes with them: that changes for all.
     *
     * @param tables qualified names
     * @return those that are shared, and what a write of them may change; often none
     */
    public Set<String> shared(Set<String> tables) {
        return of(tables.stream()
                .filter(table ->
                        relations.containsKey(table) && relations.get(table).kind() == Relation.Kind.SHARED)
                .collect(Collectors.toSet()));
    }

    private Set<String> beside(String table, Write write) {
        Step start = new Step(table, write);
        Set<Step> seen = new HashSet<>(Set.of(start));
        Deque<Step> open = new ArrayDeque<>(seen);
        Set<String> changed = new TreeSet<>();
        while (!open.isEmpty()) {
            Step step = open.pop();
            for (Influence influence : influences.getOrDefault(step.table(), List.of())) {
                if (!step.write().isPassedOn(influence.kind())) {
                    continue;
                }
                Step next = new Step(influence.on(), step.write().on(influence.kind()));
                boolean more = !next.equals(start) || influence.kind() == Kind.ALIKE_IDS;
                if (more && relations.containsKey(next.table())) {
                    changed.add(next.table());
                }
                if (seen.add(next)) {
                    open.push(next);
                }
            }
        }
        return Set.copyOf(changed);
    }

    // Who writes to a view writes to what it shows.
    private Set<String> withSources(String written) {
        Set<String> all = new HashSet<>(Set.of(written));
        Deque<String> open = new ArrayDeque<>(all);
        while (!open.isEmpty()) {
            for (String source : seenBy.getOrDefault(open.pop(), Set.of())) {
                if (all.add(source)) {
                    open.push(source);
                }
            }
        }
        return all;
    }

    private Set<String> resolve(String name) {
        if (relations.containsKey(name)) {
            return Set.of(name);
        }
        String[] parts = name.split("\\.", -1);
        if (parts.length > 1) {
            return Set.of(parts[parts.length - 2] + "." + parts[parts.length - 1]);
        }
        Set<String> found = relations.values().stream()
                .filter(relation -> relation.name().equals(name))
                .map(Relation::qualifiedName)
                .collect(Collectors.toSet());
        return found.isEmpty() ? Set.of(name) : found;
    }

    private record Step(String table, Write write) {}
}
