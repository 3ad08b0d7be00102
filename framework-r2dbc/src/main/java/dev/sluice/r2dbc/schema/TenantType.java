package dev.sluice.r2dbc.schema;

import dev.sluice.TenantColumn;
import java.util.Locale;

/** How PostgreSQL knows the type of the tenant column. */
enum TenantType {
    /** Also {@code varchar}, which PostgreSQL compares as text. */
    TEXT(25, 1043),
    UUID(2950, 2950),
    BIGINT(20, 20),
    INTEGER(23, 23);

    private final int oid;
    private final int alias;

    TenantType(int oid, int alias) {
        this.oid = oid;
        this.alias = alias;
    }

    static TenantType of(TenantColumn column) {
        return valueOf(column.type().name());
    }

    boolean matches(int typeOid) {
        return typeOid == oid || typeOid == alias;
    }

    String sql() {
        return name().toLowerCase(Locale.ROOT);
    }
}
