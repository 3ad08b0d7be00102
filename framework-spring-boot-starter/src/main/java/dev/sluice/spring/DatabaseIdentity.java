package dev.sluice.spring;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Which database of all that there are.
 *
 * @param systemIdentifier the cluster, the same on all of its nodes and after a failover
 * @param name the database in it
 */
record DatabaseIdentity(long systemIdentifier, String name) {

    private static final String ASK =
            "select system_identifier, current_database()::text as name from pg_control_system()";

    private static final int DIGEST_BYTES = 12;

    private record Node(String url, Credentials login) {}

    /** Asks the nodes, one after another, until one answers: any of them knows. */
    static Mono<DatabaseIdentity> of(SluiceSettings settings) {
        Stream<Node> others = settings.replicas().nodes().values().stream()
                .map(node -> new Node(node.url(), Objects.requireNonNullElse(node.app(), settings.app())));
        Duration patience = settings.timeouts().statement();
        return Flux.fromStream(Stream.concat(Stream.of(new Node(settings.url(), settings.app())), others))
                .map(node -> ask(node, patience))
                .reduce((first, next) -> first.onErrorResume(error -> next))
                .flatMap(answer -> answer);
    }

    private static Mono<DatabaseIdentity> ask(Node node, Duration patience) {
        return Mono.usingWhen(
                        connect(node, patience),
                        connection -> Flux.from(connection.createStatement(ASK).execute())
                                .flatMap(result -> result.map(row -> new DatabaseIdentity(
                                        Objects.requireNonNull(row.get("system_identifier", Long.class)),
                                        Objects.requireNonNull(row.get("name", String.class)))))
                                .single(),
                        Connection::close)
                .timeout(patience);
    }

    private static Mono<? extends Connection> connect(Node node, Duration patience) {
        return Mono.defer(() -> Mono.from(ConnectionFactories.get(ConnectionFactoryOptions.parse(node.url)
                        .mutate()
                        .option(ConnectionFactoryOptions.USER, node.login.username())
                        .option(ConnectionFactoryOptions.PASSWORD, node.login.password())
                        .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, patience)
                        .option(Option.valueOf("applicationName"), "sluice")
                        .option(
                                Option.<Map<String, String>>valueOf("options"),
                                Map.of("statement_timeout", Long.toString(patience.toMillis())))
                        .build())
                .create()));
    }

    /** A namespace for what is kept of this database in a place that it shares with others, at most 57 characters. */
    String namespace(String prefix) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((Long.toUnsignedString(systemIdentifier) + '/' + name).getBytes(StandardCharsets.UTF_8));
            return prefix + '.' + HexFormat.of().formatHex(Arrays.copyOf(digest, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
