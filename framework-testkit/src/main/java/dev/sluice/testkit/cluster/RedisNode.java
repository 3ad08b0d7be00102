package dev.sluice.testkit.cluster;

import dev.sluice.testkit.Await;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The Redis of a cluster, and what a test may do to it. It persists nothing: a restart empties it.
 *
 * @param host where it listens
 * @param port where it listens; the same after a restart
 * @param process what the provider can do to it
 */
public record RedisNode(String host, int port, NodeProcess process) {

    private static final byte[] PONG = "+PONG".getBytes(StandardCharsets.US_ASCII);
    private static final int ANSWER_MILLIS = 500;

    /** {@code redis://host:port}. */
    public String url() {
        return "redis://" + host + ":" + port;
    }

    /** Whether the server answers a PING, within half a second. */
    public boolean answers() {
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return Arrays.equals(socket.getInputStream().readNBytes(PONG.length), PONG);
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts a stopped or killed server and waits until it answers. */
    public void start() {
        process.start();
        Await.until(ClusterNode.PATIENCE, this::answers, "Redis on port " + port + " answers");
    }

    /** Stops the server in order. */
    public void stop() {
        process.stop();
    }

    /** Ends the server as a crash would: connections are reset. */
    public void kill() {
        process.kill();
    }

    /** Suspends the server: its connections stay open and nothing answers, until {@link #thaw()}. */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen server go on. */
    public void thaw() {
        process.thaw();
    }

    @Override
    public String toString() {
        return url();
    }
}
