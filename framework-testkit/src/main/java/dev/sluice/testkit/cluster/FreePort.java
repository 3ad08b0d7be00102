package dev.sluice.testkit.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports below the range from which systems take the local ports of outgoing connections (32768 on Linux,
 * 49152 on macOS): a node that is stopped for a while finds its port still free.
 */
public final class FreePort {

    private static final int LOWEST = 15_000;
    private static final int BOUND = 32_000;
    private static final int TRIES = 200;

    private FreePort() {}

    /**
     * A port that nobody listens on right now; another process may still be quicker, so be ready to ask
     * again.
     */
    public static int find() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BOUND);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port found in " + TRIES + " tries from " + LOWEST + " to " + BOUND);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
