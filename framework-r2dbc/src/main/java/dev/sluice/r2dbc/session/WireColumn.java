package dev.sluice.r2dbc.session;

import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.message.backend.RowDescription;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Type;
import org.jspecify.annotations.Nullable;

/** A column of a result. */
final class WireColumn implements ColumnMetadata {

    private final RowDescription.Field field;
    private final @Nullable Codecs codecs;

    WireColumn(RowDescription.Field field, @Nullable Codecs codecs) {
        this.field = field;
        this.codecs = codecs;
    }

    @Override
    public String getName() {
        return field.getName();
    }

    @Override
    public @Nullable Class<?> getJavaType() {
        return codecs == null ? null : codecs.preferredType(field.getDataType(), field.getFormat());
    }

    @Override
    public Type getType() {
        return PostgresqlObjectId.isValid(field.getDataType())
                ? PostgresqlObjectId.valueOf(field.getDataType())
                : new UserType(field.getDataType());
    }

    /** A type that the database's users made, as enums are. */
    private record UserType(int oid) implements Type {

        @Override
        public Class<?> getJavaType() {
            return Object.class;
        }

        @Override
        public String getName() {
            return "oid " + oid;
        }
    }
}
