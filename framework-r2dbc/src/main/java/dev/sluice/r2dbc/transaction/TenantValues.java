package dev.sluice.r2dbc.transaction;

import dev.sluice.TenantColumn;
import dev.sluice.tenant.TenantId;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts a tenant to the type of the tenant column. One tenant has one name: only the canonical form converts. */
final class TenantValues {

    private final TenantColumn column;

    TenantValues(TenantColumn column) {
        this.column = column;
    }

    Object of(TenantId tenant) {
        String name = tenant.value();
        Object value = parse(name);
        if (!value.toString().equals(name)) {
            throw notConvertible(tenant, null);
        }
        return value;
    }

    private Object parse(String name) {
        try {
            return switch (column.type()) {
                case TEXT -> name;
                case UUID -> UUID.fromString(name);
                case BIGINT -> Long.parseLong(name);
                case INTEGER -> Integer.parseInt(name);
            };
        } catch (IllegalArgumentException e) {
            throw notConvertible(TenantId.of(name), e);
        }
    }

    private IllegalArgumentException notConvertible(TenantId tenant, @Nullable Throwable cause) {
        String type = column.type().name().toLowerCase(Locale.ROOT);
        return new IllegalArgumentException(
                "tenant '%s' is not a canonical %s, which is the type of column '%s' (tenant.type: %s)"
                        .formatted(tenant, type, column.name(), type),
                cause);
    }
}
