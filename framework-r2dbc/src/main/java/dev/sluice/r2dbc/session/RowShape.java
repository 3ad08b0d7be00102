package dev.sluice.r2dbc.session;

import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.message.backend.RowDescription;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.RowMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The columns of a statement, as the server described them when it was parsed. Immutable. */
final class RowShape implements RowMetadata {

    static final RowShape EMPTY = new RowShape(List.of(), null);

    final RowDescription.Field[] fields;
    private final List<ColumnMetadata> columns;
    private final Map<String, Integer> byName;

    private RowShape(List<RowDescription.Field> fields, @Nullable Codecs codecs) {
        this.fields = fields.toArray(RowDescription.Field[]::new);
        this.columns = fields.stream()
                .<ColumnMetadata>map(field -> new WireColumn(field, codecs))
                .toList();
        this.byName = new HashMap<>(fields.size() * 2);
        for (int i = 0; i < this.fields.length; i++) {
            byName.putIfAbsent(this.fields[i].getName(), i);
        }
        for (int i = 0; i < this.fields.length; i++) {
            byName.putIfAbsent(this.fields[i].getName().toLowerCase(Locale.ROOT), i);
        }
    }

    static RowShape of(RowDescription description, Codecs codecs) {
        return new RowShape(description.getFields(), codecs);
    }

    /**
     * The place of a column, by its name: as it is, else without regard to case; the first of several.
     *
     * @throws NoSuchElementException if there is none
     */
    int indexOf(String name) {
        Integer index = byName.get(name);
        if (index == null) {
            index = byName.get(name.toLowerCase(Locale.ROOT));
        }
        if (index == null) {
            throw new NoSuchElementException("no column '%s' (there are: %s)".formatted(name, names()));
        }
        return index;
    }

    @Override
    public ColumnMetadata getColumnMetadata(int index) {
        if (index < 0 || index >= columns.size()) {
            throw outOfBounds(index);
        }
        return columns.get(index);
    }

    @Override
    public ColumnMetadata getColumnMetadata(String name) {
        return columns.get(indexOf(name));
    }

    @Override
    public List<? extends ColumnMetadata> getColumnMetadatas() {
        return columns;
    }

    @Override
    public boolean contains(String columnName) {
        return byName.containsKey(columnName) || byName.containsKey(columnName.toLowerCase(Locale.ROOT));
    }

    IndexOutOfBoundsException outOfBounds(int index) {
        return new IndexOutOfBoundsException("column %d (expected: 0 to %d)".formatted(index, fields.length - 1));
    }

    private String names() {
        return String.join(", ", columns.stream().map(ColumnMetadata::getName).toList());
    }
}
