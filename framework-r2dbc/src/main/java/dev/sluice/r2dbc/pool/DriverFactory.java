package dev.sluice.r2dbc.pool;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The driver's connection factory with the options that Sluice relies on. The server's timeouts are startup parameters, so
 * that no connection is ever without them.
 */
final class DriverFactory {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    private DriverFactory() {}

    static ConnectionFactory create(
            String url, Credentials login, PoolSettings pool, TimeoutSettings timeouts, LoopResources loops) {
        ConnectionFactoryOptions given = ConnectionFactoryOptions.parse(url);
        ConnectionFactoryOptions.Builder options = given.mutate()
                .option(ConnectionFactoryOptions.USER, login.username())
                .option(ConnectionFactoryOptions.PASSWORD, login.password())
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, shorter(LONGEST_CONNECT, pool.acquireTimeout()))
                .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, loops)
                .option(PostgresqlConnectionFactoryProvider.TCP_KEEPALIVE, true)
                // Off (P14): groups have a bounded cache of their own, and when the driver prepares a statement again
                // after DDL it sends a Parse of a wrong length, which ends the connection (08P01).
                .option(PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0)
                .option(PostgresqlConnectionFactoryProvider.OPTIONS, startupParameters(given, timeouts));
        if (!given.hasOption(PostgresqlConnectionFactoryProvider.APPLICATION_NAME)) {
            options.option(PostgresqlConnectionFactoryProvider.APPLICATION_NAME, "sluice");
        }
        return ConnectionFactories.get(options.build());
    }

    private static Map<String, String> startupParameters(ConnectionFactoryOptions given, TimeoutSettings timeouts) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Object configured = given.getValue(PostgresqlConnectionFactoryProvider.OPTIONS);
        if (configured instanceof Map<?, ?> map) {
            map.forEach((name, value) -> parameters.put(String.valueOf(name), String.valueOf(value)));
        } else if (configured != null) {
            Arrays.stream(configured.toString().split(";"))
                    .map(pair -> pair.split("=", 2))
                    .filter(pair -> pair.length == 2)
                    .forEach(pair -> parameters.put(pair[0].strip(), pair[1].strip()));
        }
        parameters.put("statement_timeout", millis(timeouts.statement()));
        parameters.put("lock_timeout", millis(timeouts.lock()));
        parameters.put("idle_in_transaction_session_timeout", millis(timeouts.idleInTransaction()));
        return parameters;
    }

    /**
     * Settings that not every server has, made once per connection: {@code transaction_timeout} came with PostgreSQL 17, and
     * {@code client_connection_check_interval} needs an operating system that can tell. A startup parameter that the server
     * refuses would refuse the connection.
     */
    static Mono<Void> afterConnect(Connection connection, TimeoutSettings timeouts) {
        Mono<Void> noticeLostClients = set(connection, "client_connection_check_interval", "1000")
                .onErrorComplete(DriverFactory::isRefusedValue);
        return majorVersion(connection) >= 17
                ? noticeLostClients.then(set(connection, "transaction_timeout", millis(timeouts.transaction())))
                : noticeLostClients;
    }

    private static Mono<Void> set(Connection connection, String name, String value) {
        return Mono.from(connection
                        .createStatement("select set_config($1, $2, false)")
                        .bind(0, name)
                        .bind(1, value)
                        .execute())
                .flatMapMany(result -> result.map(row -> name))
                .then();
    }

    private static boolean isRefusedValue(Throwable error) {
        return error instanceof io.r2dbc.spi.R2dbcException refused && "22023".equals(refused.getSqlState());
    }

    private static int majorVersion(Connection connection) {
        String version = connection.getMetadata().getDatabaseVersion();
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 ? 0 : Integer.parseInt(version.substring(0, end));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static String millis(Duration timeout) {
        return Long.toString(timeout.toMillis());
    }
}
