package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.spi.Connection;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class SessionFactoryTest {

    @Test
    void theDriverOfThisBuildHasTheShapeThatGroupsNeed() {
        assertThat(SluiceWireAccess.difference()).isEmpty();
    }

    @Test
    void aConnectionOfAnotherDriverIsRefused() {
        Connection other = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> null);

        assertThatThrownBy(() -> SessionFactory.groups().adapt(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no connection of r2dbc-postgresql");
        assertThatThrownBy(() -> SessionFactory.transactions().adapt(other))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
