package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NodeConnectionTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    @Timeout(60)
    void aLoginThatGetsNoAnswerLeavesNoSocketOpen() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MonitoredNode node = new MonitoredNode(
                    "silent",
                    "r2dbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/app",
                    new Credentials("probes", "secret"));
            NodeConnection connection = new NodeConnection(node, SOON, Duration.ofMillis(200), error -> {});

            // Who pauses may give up before it has connected: there is no socket then.
            CompletableFuture<Socket> connected = accept(silent);
            do {
                assertThatThrownBy(() -> connection.ask().block(SOON))
                        .hasMessageContaining("no answer to a login within 200 ms");
            } while (!connected.isDone());

            try (Socket accepted = connected.join();
                    InputStream sent = accepted.getInputStream()) {
                accepted.setSoTimeout((int) SOON.toMillis());
                sent.readAllBytes();
                assertThat(sent.read()).as("the end of the stream").isEqualTo(-1);
            }
        }
    }

    private static CompletableFuture<Socket> accept(ServerSocket server) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.accept();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
