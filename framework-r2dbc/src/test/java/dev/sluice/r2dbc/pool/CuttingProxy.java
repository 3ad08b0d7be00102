package dev.sluice.r2dbc.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy that can lose its clients while the server notices nothing, as networks do. */
public final class CuttingProxy implements AutoCloseable {

    /** How the message ReadyForQuery begins. */
    private static final byte[] READY = {'Z', 0, 0, 0, 5};

    private final ServerSocket door;
    private final String host;
    private final int port;
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger readies = new AtomicInteger();
    private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> servers = new ConcurrentLinkedQueue<>();

    public CuttingProxy(String host, int port) {
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

    public int port() {
        return door.getLocalPort();
    }

    /** @return how often a server has said that it is ready, and its client was told */
    public int readies() {
        return readies.get();
    }

    /** @return how often a server has said that it is ready; who has had its answer finds it counted */
    public int answers() {
        return answers.get();
    }

    /** Ends every connection on the client's side in order, and leaves the server's side open. */
    public void hangUp() {
        for (Socket client = clients.poll(); client != null; client = clients.poll()) {
            try {
                client.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Resets every connection on the client's side, and leaves the server's side open. */
    public void cut() {
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
        // Without it a message waits for the acknowledgement of the one before, up to 40 ms.
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        clients.add(client);
        servers.add(server);
        inBackground(() -> client.getInputStream().transferTo(server.getOutputStream()));
        inBackground(() -> {
            try {
                answer(server.getInputStream(), client.getOutputStream());
            } finally {
                client.shutdownOutput();
            }
        });
    }

    private void answer(InputStream server, OutputStream client) throws IOException {
        byte[] bytes = new byte[8192];
        int matched = 0;
        for (int read = server.read(bytes); read >= 0; read = server.read(bytes)) {
            int found = 0;
            for (int i = 0; i < read; i++) {
                matched = bytes[i] == READY[matched] ? matched + 1 : bytes[i] == READY[0] ? 1 : 0;
                if (matched == READY.length) {
                    matched = 0;
                    found++;
                }
            }
            answers.addAndGet(found);
            client.write(bytes, 0, read);
            readies.addAndGet(found);
        }
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
