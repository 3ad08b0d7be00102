package dev.sluice.r2dbc.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A TCP proxy that can lose its clients while the server notices nothing, as networks do. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket door;
    private final String host;
    private final int port;
    private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> servers = new ConcurrentLinkedQueue<>();

    CuttingProxy(String host, int port) {
        this.host = host;
        this.port = port;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        inBackground(() -> {
            while (true) {
                accept(door.accept());
            }
        });
    }

    int port() {
        return door.getLocalPort();
    }

    /** Resets every connection on the client's side, and leaves the server's side open. */
    void cut() {
        for (Socket client = clients.poll(); client != null; client = clients.poll()) {
            try {
                client.setSoLinger(true, 0);
                client.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void accept(Socket client) throws IOException {
        Socket server = new Socket(host, port);
        clients.add(client);
        servers.add(server);
        inBackground(() -> client.getInputStream().transferTo(server.getOutputStream()));
        inBackground(() -> server.getInputStream().transferTo(client.getOutputStream()));
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
        for (Socket server : servers) {
            server.close();
        }
    }

    // A copy ends with its sockets.
    private static void inBackground(Copy copy) {
        Thread thread = new Thread(() -> {
            try {
                copy.run();
            } catch (IOException ended) {
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Copy {
        void run() throws IOException;
    }
}
