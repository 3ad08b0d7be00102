package dev.sluice.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What a connection is answered that carries one request after the other. */
class KeepAliveTest {

    private static final String TOKEN = Tokens.of(Map.of("tenant_id", "acme"));

    private static ConfigurableApplicationContext service;

    @BeforeAll
    static void start() {
        service = new SpringApplicationBuilder(WebApplication.class)
                .web(WebApplicationType.REACTIVE)
                .properties(
                        "sluice.url=r2dbc:postgresql://localhost:5432/app",
                        "sluice.username=app",
                        "sluice.tenants.known=acme",
                        "server.port=0")
                .run();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** A refusal that waited behind another request left the connection unread: its next request hung. */
    @Test
    void aRequestBehindAQueuedOneThatWasRefusedIsAnswered() throws IOException {
        int port = Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
        try (Socket connection = new Socket("localhost", port)) {
            connection.setSoTimeout(10_000);
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));

            send(connection, request("/api/later") + request("/api/fail/cursor"));
            assertThat(List.of(status(answers), status(answers))).containsExactly(200, 400);

            send(connection, request("/api/fail/cursor"));
            assertThat(status(answers)).isEqualTo(400);
        }
    }

    private static String request(String path) {
        return "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n".formatted(path, TOKEN);
    }

    private static void send(Socket connection, String requests) throws IOException {
        connection.getOutputStream().write(requests.getBytes(StandardCharsets.ISO_8859_1));
        connection.getOutputStream().flush();
    }

    private static int status(BufferedReader answers) throws IOException {
        int status = Integer.parseInt(answers.readLine().split(" ", -1)[1]);
        int length = 0;
        for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        assertThat(answers.skip(length)).isEqualTo(length);
        return status;
    }
}
