package dev.sluice.testkit.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server that can lose packets, be slow, break and refuse. Listens on a free port of loopback and forwards each
 * connection, in threads of its own. Thread-safe.
 */
public final class FaultyLink implements AutoCloseable {

    private static final int MOST_CONNECTIONS = 256;
    private static final int CONNECT_MILLIS = 5_000;

    private final String host;
    private final int port;
    private final int ownPort;
    private final Set<Pipe> pipes = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Listener listener;
    private volatile boolean dropping;
    private volatile long delayMillis;

    /**
     * Opens a way to a server.
     *
     * @param host where the server is
     * @param port where it listens
     */
    public FaultyLink(String host, int port) {
        this.host = host;
        this.port = port;
        this.ownPort = listen(0);
    }

    /** The port on loopback that leads to the server. */
    public int port() {
        return ownPort;
    }

    /** Loses everything that is sent from now on, in both directions; connections stay open and new ones get no answer. */
    public void drop() {
        dropping = true;
    }

    /**
     * Lets everything that is sent from now on arrive later, in order.
     *
     * @param time how much later, in each direction; zero ends it
     */
    public void delay(Duration time) {
        delayMillis = time.toMillis();
    }

    /** Breaks all connections (reset) and refuses new ones. */
    public void refuse() {
        Listener open = listener;
        listener = null;
        if (open != null) {
            open.close();
        }
        pipes.forEach(Pipe::close);
    }

    /**
     * Works again. Connections whose bytes were lost are broken, as they could only go on in the middle of a message.
     */
    public void heal() {
        delayMillis = 0;
        if (dropping) {
            dropping = false;
            pipes.forEach(Pipe::close);
        }
        if (listener == null) {
            listen(ownPort);
        }
    }

    @Override
    public void close() {
        refuse();
    }

    private int listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            listener = new Listener(socket, daemon("accept", () -> accept(socket)));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no port to listen on for the way to " + host + ":" + port, e);
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                if (pipes.size() >= 2 * MOST_CONNECTIONS) {
                    closeQuietly(client);
                    continue;
                }
                daemon("connect", () -> connect(client));
            }
        } catch (IOException e) {
            closeQuietly(socket);
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            start(new Pipe(client, server));
            start(new Pipe(server, client));
        } catch (IOException e) {
            closeQuietly(client);
            closeQuietly(server);
        }
    }

    private void start(Pipe pipe) {
        pipes.add(pipe);
        daemon("forward", pipe);
    }

    private Thread daemon(String what, Runnable work) {
        Thread thread = new Thread(work, "faulty-link-" + what + "-" + port);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private record Listener(ServerSocket socket, Thread acceptor) {

        // Until the acceptor has left its system call, the system goes on to accept.
        void close() {
            closeQuietly(socket);
            try {
                acceptor.join(CONNECT_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception e) {
            // A socket that is gone already is what was wanted.
        }
    }

    /** One direction of one connection. Reads what it will not deliver too, so that senders notice nothing. */
    private final class Pipe implements Runnable {

        private final Socket from;
        private final Socket to;

        Pipe(Socket from, Socket to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[64 * 1024];
            try {
                for (int n = from.getInputStream().read(buffer);
                        n >= 0;
                        n = from.getInputStream().read(buffer)) {
                    if (delayMillis > 0) {
                        Thread.sleep(delayMillis);
                    }
                    if (!dropping) {
                        to.getOutputStream().write(buffer, 0, n);
                    }
                }
            } catch (IOException e) {
                // Either side has gone, or the link was broken on purpose: both ends learn it by the close below.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        void close() {
            pipes.remove(this);
            closeQuietly(from);
            closeQuietly(to);
        }
    }
}
