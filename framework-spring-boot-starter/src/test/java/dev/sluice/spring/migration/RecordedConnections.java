package dev.sluice.spring.migration;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Counts the R2DBC connections of a database, and keeps what is sent on them. */
final class RecordedConnections implements ConnectionFactory {

    private final ConnectionFactory database;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> statements = new CopyOnWriteArrayList<>();

    RecordedConnections(ConnectionFactory database) {
        this.database = database;
    }

    int connections() {
        return connections.get();
    }

    List<String> statements() {
        return List.copyOf(statements);
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.from(database.create())
                .doOnNext(connection -> connections.incrementAndGet())
                .map(this::recorded);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return database.getMetadata();
    }

    private Connection recorded(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createStatement")) {
                        statements.add((String) arguments[0]);
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }
}
