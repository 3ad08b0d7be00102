package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
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

            assertThatThrownBy(() -> connection.ask().block(SOON))
                    .hasMessageContaining("no answer to a login within 200 ms");

            try (Socket accepted = silent.accept();
                    InputStream sent = accepted.getInputStream()) {
                accepted.setSoTimeout((int) SOON.toMillis());
                sent.readAllBytes();
                assertThat(sent.read()).as("the end of the stream").isEqualTo(-1);
            }
        }
    }
}
