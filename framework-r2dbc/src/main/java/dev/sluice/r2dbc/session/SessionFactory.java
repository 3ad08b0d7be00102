package dev.sluice.r2dbc.session;

import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;

/** Makes sessions of driver connections. Thread-safe. */
@FunctionalInterface
public interface SessionFactory {

    /**
     * Makes a session of a connection, which is the session's alone from then on.
     *
     * @param connection the connection, or a pool's wrapper of it
     * @return the session
     * @throws IllegalArgumentException if the connection is not one of r2dbc-postgresql
     */
    Session adapt(Connection connection);

    /** @return sends each group in one write, through the driver's own exchange */
    static SessionFactory groups() {
        return connection -> new GroupSession(connection, access(connection));
    }

    private static SluiceWireAccess access(Connection connection) {
        Object inner = connection;
        @Nullable SluiceWireAccess access = SluiceWireAccess.of(inner);
        while (access == null && inner instanceof Wrapped<?> wrapped) {
            inner = wrapped.unwrap();
            access = SluiceWireAccess.of(inner);
        }
        if (access == null) {
            throw new IllegalArgumentException("%s is no connection of r2dbc-postgresql"
                    .formatted(connection.getClass().getName()));
        }
        return access;
    }
}
