package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.FreePort;
import dev.sluice.testkit.cluster.RedisNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two Redis servers of the caller's own, of which one follows the other, and a Sentinel that has the second take over when the
 * first does not answer for half a second. They end with this JVM, closed or crashed.
 */
public final class EmbeddedSentinel implements AutoCloseable {

    private static final String MASTER = "main";
    private static final String PONG = "+PONG\r\n";
    private static final int ANSWER_MILLIS = 5_000;

    private final Path root;
    private final Lease lease;
    private final RedisNode first;
    private final RedisNode second;
    private final RedisNode sentinel;

    private EmbeddedSentinel(Path root, Lease lease) {
        this.root = root;
        this.lease = lease;
        this.first = RedisServer.data(root.resolve("first"), FreePort.find());
        this.second = RedisServer.data(
                root.resolve("second"), FreePort.find(), "--replicaof", first.host(), Integer.toString(first.port()));
        this.sentinel = RedisServer.sentinel(
                root.resolve("sentinel"), FreePort.find(), """
                sentinel monitor main %s %d 1
                sentinel down-after-milliseconds main 500
                sentinel failover-timeout main 5000
                """.formatted(first.host(), first.port()));
    }

    /** Starts them on free ports of loopback, and waits until Sentinel knows the second. */
    public static EmbeddedSentinel start() {
        Path root = DataFolder.create("sluice-sentinel-");
        Lease lease = Lease.first(root);
        try {
            EmbeddedSentinel started = new EmbeddedSentinel(root, lease);
            Await.until(
                    ClusterNode.PATIENCE,
                    () -> started.ask("SENTINEL REPLICAS main").contains("master-link-status\r\n$2\r\nok"),
                    "Sentinel knows the replica");
            return started;
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** {@code redis-sentinel://host:port/#master}. */
    public String url() {
        return "redis-sentinel://%s:%d/#%s".formatted(sentinel.host(), sentinel.port(), MASTER);
    }

    /** The server that is primary until it is replaced. */
    public RedisNode first() {
        return first;
    }

    /** The server that follows it. */
    public RedisNode second() {
        return second;
    }

    /** Which of them Sentinel calls the primary. */
    public RedisNode primary() {
        return ask("SENTINEL GET-MASTER-ADDR-BY-NAME main").contains(Integer.toString(second.port())) ? second : first;
    }

    /** Stops them and removes their files. */
    @Override
    public void close() {
        lease.close();
        Await.until(ClusterNode.PATIENCE, () -> !Files.exists(root), "the keeper removes " + root);
    }

    /** Asks Sentinel; the answer as it comes on the wire. */
    private String ask(String command) {
        try (Socket socket = new Socket(sentinel.host(), sentinel.port())) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write((command + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf(PONG) < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IllegalStateException("Sentinel closed the connection after: " + answer);
                }
                answer.append((char) next);
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("Sentinel does not answer '" + command + "'", e);
        }
    }
}
