package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.schema.Relation.Column;
import dev.sluice.r2dbc.session.Group.TypedNull;
import io.r2dbc.spi.Readable;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one Java type travel: to the driver, from a row, and as the text that PostgreSQL reads.
 * Immutable.
 */
final class ValueType {

    private final Class<?> wire;
    private final String sqlType;
    private final Set<String> columnTypes;
    private final Set<String> castTypes;
    private final UnaryOperator<Object> encoder;
    private final UnaryOperator<Object> decoder;
    private final Function<Object, String> toText;
    private final @Nullable Function<String, Object> fromText;
    private final TypedNull absent;

    /**
     * @param wire what the driver takes and gives
     * @param sqlType the parameter type that the driver declares
     * @param columnTypes the types of columns that hold such values, without modifiers
     * @param castTypes those of them that a parameter must be cast to
     * @param encoder makes a wire value
     * @param decoder makes a value of a wire value
     * @param toText makes the text that PostgreSQL reads
     * @param fromText makes a value of that text; null if values have no order
     */
    ValueType(
            Class<?> wire,
            String sqlType,
            Set<String> columnTypes,
            Set<String> castTypes,
            UnaryOperator<Object> encoder,
            UnaryOperator<Object> decoder,
            Function<Object, String> toText,
            @Nullable Function<String, Object> fromText) {
        this.wire = wire;
        this.sqlType = sqlType;
        this.columnTypes = columnTypes;
        this.castTypes = castTypes;
        this.encoder = encoder;
        this.decoder = decoder;
        this.toText = toText;
        this.fromText = fromText;
        this.absent = new TypedNull(wire);
    }

    Class<?> wire() {
        return wire;
    }

    /** The parameter type that the driver declares, for PREPARE. */
    String sqlType() {
        return sqlType;
    }

    Set<String> columnTypes() {
        return columnTypes;
    }

    boolean fits(Column column) {
        return columnTypes.contains(column.enumeration() ? "enum" : baseType(column));
    }

    /** What follows a parameter that is stored in, or compared with, this column; often nothing. */
    String cast(Column column) {
        return column.enumeration() || castTypes.contains(baseType(column)) ? "::" + baseType(column) : "";
    }

    Object toWire(@Nullable Object value) {
        return value == null ? absent : encoder.apply(value);
    }

    @Nullable
    Object read(Readable row, int index) {
        Object value = row.get(index, wire);
        return value == null ? null : decoder.apply(value);
    }

    @Nullable
    Object read(Readable row, String column) {
        Object value = row.get(column, wire);
        return value == null ? null : decoder.apply(value);
    }

    Object encode(Object value) {
        return encoder.apply(value);
    }

    Object decode(Object wireValue) {
        return decoder.apply(wireValue);
    }

    String toText(Object value) {
        return toText.apply(value);
    }

    /** Whether pages may be sorted by such values. */
    boolean isOrdered() {
        return fromText != null;
    }

    /** @throws RuntimeException if the text is none of this type */
    Object fromText(String text) {
        if (fromText == null) {
            throw new IllegalStateException("values of " + wire.getSimpleName() + " have no order");
        }
        return fromText.apply(text);
    }

    /** The type of a column without its modifiers: a cast to {@code varchar(20)} would cut silently. */
    static String baseType(Column column) {
        String base = column.type().replaceAll("\\([^)]*\\)", "");
        if (base.equals("character") || base.equals("character[]")) {
            // "character" without a length means one character.
            return base.replace("character", "bpchar");
        }
        return base;
    }
}
