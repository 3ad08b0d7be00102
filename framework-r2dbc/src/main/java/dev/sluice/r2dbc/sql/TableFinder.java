package dev.sluice.r2dbc.sql;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.jsqlparser.parser.SimpleNode;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.select.AllTableColumns;
import net.sf.jsqlparser.statement.select.PlainSelect;
import org.jspecify.annotations.Nullable;

/**
 * Finds the relations in a tree of JSqlParser by looking at every field of every node. Its own visitors skip
 * children of some nodes; what they skip would go unfiltered.
 */
final class TableFinder {

    private static final String TREE = "net.sf.jsqlparser.";

    /** Where a table only says which column is meant, or is an alias. */
    private static final Map<Class<?>, Set<String>> QUALIFIERS = Map.of(
            Column.class, Set.of("table"),
            AllTableColumns.class, Set.of("table"),
            PlainSelect.class, Set.of("forUpdateTable", "forUpdateTables"));

    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            return fields(type);
        }
    };

    private TableFinder() {}

    static List<Table> tables(Object tree) {
        List<Table> tables = new ArrayList<>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        open.push(tree);
        while (!open.isEmpty()) {
            Object node = open.pop();
            if (!seen.add(node)) {
                continue;
            }
            if (node instanceof Table table) {
                tables.add(table);
            }
            children(node).forEach(open::push);
        }
        return tables;
    }

    private static List<Object> children(Object node) {
        List<Object> children = new ArrayList<>();
        if (node instanceof Collection<?> collection) {
            collection.forEach(child -> add(children, child));
        }
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                add(children, key);
                add(children, value);
            });
        } else if (node instanceof Object[] array) {
            Arrays.stream(array).forEach(child -> add(children, child));
        }
        for (Field field : FIELDS.get(node.getClass())) {
            try {
                add(children, field.get(node));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("the fields were made accessible", e);
            }
        }
        return children;
    }

    private static void add(List<Object> children, @Nullable Object child) {
        if (child != null) {
            children.add(child);
        }
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> c = type; c != null && c.getName().startsWith(TREE); c = c.getSuperclass()) {
            Set<String> left = QUALIFIERS.getOrDefault(c, Set.of());
            for (Field field : c.getDeclaredFields()) {
                boolean scalar =
                        field.getType().isPrimitive() || field.getType().isEnum();
                boolean tree = !Modifier.isStatic(field.getModifiers()) && field.getType() != SimpleNode.class;
                if (!scalar && tree && !left.contains(field.getName())) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return List.copyOf(fields);
    }
}
