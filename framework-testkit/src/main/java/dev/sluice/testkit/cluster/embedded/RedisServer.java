package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.cluster.FreePort;
import dev.sluice.testkit.cluster.NodeProcess;
import dev.sluice.testkit.cluster.RedisNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/**
 * The Redis of a cluster as a local process. Only the binary is embedded-redis's: its own launcher would tie
 * the server to the JVM that happens to start it, while a shared cluster outlives that.
 */
final class RedisServer implements NodeProcess {

    private final Path folder;
    private final int port;
    private final LocalProcess process;

    private RedisServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
        this.process = new LocalProcess(folder, folder.resolve("redis.pid"));
    }

    /** The cluster's Redis, started by whichever process asks first. */
    static RedisNode in(Path root) {
        Path folder = root.resolve("redis");
        Path portFile = folder.resolve("port");
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assert lock.isValid();
                if (!Files.exists(portFile)) {
                    RedisNode started = node(folder, FreePort.find());
                    started.start();
                    Files.writeString(portFile, Integer.toString(started.port()));
                }
                return node(folder, Integer.parseInt(Files.readString(portFile)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no Redis could be started in " + folder, e);
        }
    }

    private static RedisNode node(Path folder, int port) {
        return new RedisNode("127.0.0.1", port, new RedisServer(folder, port));
    }

    @Override
    public void start() {
        if (process.runs()) {
            return;
        }
        Commands.run(
                folder.resolve("commands.log"),
                List.of(
                        executable().toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--daemonize",
                        "yes",
                        "--pidfile",
                        folder.resolve("redis.pid").toString(),
                        "--dir",
                        folder.toString(),
                        "--logfile",
                        folder.resolve("server.log").toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "no"));
    }

    @Override
    public void stop() {
        process.terminate();
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void freeze() {
        process.freeze();
    }

    @Override
    public void thaw() {
        process.thaw();
    }

    private Path executable() {
        try {
            return ExecutableProvider.newJarResourceProvider(folder.toFile())
                    .get()
                    .toPath();
        } catch (IOException e) {
            throw new UncheckedIOException("no Redis binary for this machine", e);
        }
    }
}
