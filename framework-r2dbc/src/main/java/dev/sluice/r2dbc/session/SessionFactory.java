package dev.sluice.r2dbc.session;

import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /**
     * Checks the driver's version and shape.
     *
     * @return {@link #groups()} if they are as expected, else {@link #transactions()}, with a warning that says what is not
     */
    static SessionFactory forDriver() {
        Optional<String> difference = SluiceWireAccess.difference();
        if (difference.isEmpty()) {
            return groups();
        }
        Logger log = LoggerFactory.getLogger(SessionFactory.class);
        log.warn(
                "Each call takes a transaction of its own, about three times slower than a group: {}. Use r2dbc-postgresql"
                        + " 1.1.x",
                difference.get());
        return transactions();
    }

    /** @return sends each group in one write, through the driver's own exchange; its sessions learn from each other */
    static SessionFactory groups() {
        SchemaChanges changes = new SchemaChanges();
        return connection -> {
            SluiceWireAccess access = SluiceWireAccess.of(driverConnection(connection));
            if (access == null) {
                throw new IllegalArgumentException("%s is a connection of another r2dbc-postgresql"
                        .formatted(connection.getClass().getName()));
            }
            return new GroupSession(connection, access, changes);
        };
    }

    /** @return makes each group a transaction, through the R2DBC SPI */
    static SessionFactory transactions() {
        return connection -> new SpiSession(connection, driverConnection(connection));
    }

    private static PostgresqlConnection driverConnection(Connection connection) {
        Object inner = connection;
        while (!(inner instanceof PostgresqlConnection) && inner instanceof Wrapped<?> wrapped) {
            inner = wrapped.unwrap();
        }
        if (inner instanceof PostgresqlConnection driver) {
            return driver;
        }
        throw new IllegalArgumentException("%s is no connection of r2dbc-postgresql"
                .formatted(connection.getClass().getName()));
    }
}
