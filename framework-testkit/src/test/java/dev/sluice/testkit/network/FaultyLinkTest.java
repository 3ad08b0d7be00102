package dev.sluice.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyLinkTest {

    private ServerSocket server;
    private FaultyLink link;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread echo = new Thread(this::echo, "echo");
        echo.setDaemon(true);
        echo.start();
        link = new FaultyLink("localhost", server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        server.close();
    }

    @Test
    void forwardsBothWays() throws IOException {
        try (Socket client = connect()) {
            assertThat(answer(client, 7)).isEqualTo(7);
        }
    }

    @Test
    void whatIsDroppedIsNotAnsweredAndAfterHealingANewConnectionIs() throws IOException {
        try (Socket client = connect()) {
            link.drop();
            client.setSoTimeout(200);
            assertThatThrownBy(() -> answer(client, 1)).isInstanceOf(SocketTimeoutException.class);
        }
        link.heal();
        try (Socket client = connect()) {
            assertThat(answer(client, 2)).isEqualTo(2);
        }
    }

    @Test
    void aDelayCountsInEachDirection() throws IOException {
        try (Socket client = connect()) {
            answer(client, 1);
            link.delay(Duration.ofMillis(50));
            long start = System.nanoTime();
            assertThat(answer(client, 2)).isEqualTo(2);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        }
    }

    @Test
    void aRefusingLinkBreaksWhatIsOpenAndHealsOnTheSamePort() throws IOException {
        int port = link.port();
        try (Socket client = connect()) {
            answer(client, 1);
            link.refuse();
            assertThat(isOver(client)).isTrue();
        }
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
        link.heal();
        assertThat(link.port()).isEqualTo(port);
        try (Socket client = connect()) {
            assertThat(answer(client, 3)).isEqualTo(3);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private static int answer(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private static boolean isOver(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private void echo() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread one = new Thread(() -> echo(client), "echo-one");
                one.setDaemon(true);
                one.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static void echo(Socket client) {
        try (client) {
            for (int value = client.getInputStream().read();
                    value >= 0;
                    value = client.getInputStream().read()) {
                client.getOutputStream().write(value);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }
}
