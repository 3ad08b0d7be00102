package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.TenantColumn;
import dev.sluice.TenantColumn.Type;
import dev.sluice.tenant.TenantId;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantValuesTest {

    @Test
    void aTenantBecomesAValueOfItsColumnsType() {
        UUID id = new UUID(1, 2);

        assertThat(value(Type.TEXT, "acme")).isEqualTo("acme");
        assertThat(value(Type.UUID, id.toString())).isEqualTo(id);
        assertThat(value(Type.BIGINT, "9000000000")).isEqualTo(9_000_000_000L);
        assertThat(value(Type.INTEGER, "7")).isEqualTo(7);
    }

    /** Two names for one tenant's rows would be two tenants to limits, caches and transactions. */
    @ParameterizedTest
    @CsvSource({
        "UUID,acme",
        "UUID,1-1-1-1-1",
        "UUID,00000000-0000-0001-0000-00000000000A",
        "BIGINT,007",
        "BIGINT,12a",
        "INTEGER,9000000000"
    })
    void whatIsNotCanonicalIsRefusedWithTheTypeThatIsExpected(Type type, String name) {
        assertThatThrownBy(() -> value(type, name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(type.name().toLowerCase(java.util.Locale.ROOT));
    }

    private static Object value(Type type, String name) {
        return new TenantValues(new TenantColumn("tenant_id", type)).of(TenantId.of(name));
    }
}
