package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.cluster.FreePort;
import dev.sluice.testkit.cluster.NodeProcess;
import dev.sluice.testkit.cluster.RedisNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * The Redis of a cluster as a local process. Only the binary is embedded-redis's: its own launcher would tie
 * the server to the JVM that happens to start it, while a shared cluster outlives that.
 */
final class RedisServer implements NodeProcess {

    private static final String HOST = "127.0.0.1";
    /** It persists nothing. */
    private static final List<String> DATA = List.of("--save", "", "--appendonly", "no");

    private final Path folder;
    private final int port;
    private final List<String> arguments;
    private final LocalProcess process;

    private RedisServer(Path folder, int port, List<String> arguments) {
        this.folder = folder;
        this.port = port;
        this.arguments = arguments;
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
                    RedisNode started = started(folder, FreePort.find(), DATA);
                    Files.writeString(portFile, Integer.toString(started.port()));
                }
                return node(folder, Integer.parseInt(Files.readString(portFile)), DATA);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no Redis could be started in " + folder, e);
        }
    }

    /** A data server of the caller's own. */
    static RedisNode data(Path folder, int port, String... more) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " could not be made", e);
        }
        return started(
                folder, port, Stream.concat(DATA.stream(), Stream.of(more)).toList());
    }

    /** A Sentinel of the caller's own, which keeps what it learns in its configuration file. */
    static RedisNode sentinel(Path folder, int port, String configuration) {
        try {
            Path file = Files.createDirectories(folder).resolve("sentinel.conf");
            Files.writeString(file, configuration);
            return started(folder, port, List.of(file.toString(), "--sentinel"));
        } catch (IOException e) {
            throw new UncheckedIOException("no Sentinel could be configured in " + folder, e);
        }
    }

    private static RedisNode started(Path folder, int port, List<String> arguments) {
        RedisNode node = node(folder, port, arguments);
        node.start();
        return node;
    }

    private static RedisNode node(Path folder, int port, List<String> arguments) {
        return new RedisNode(HOST, port, new RedisServer(folder, port, arguments));
    }

    @Override
    public void start() {
        if (process.runs()) {
            return;
        }
        Stream<String> common = Stream.of(
                "--bind", HOST,
                "--port", Integer.toString(port),
                "--daemonize", "yes",
                "--pidfile", folder.resolve("redis.pid").toString(),
                "--dir", folder.toString(),
                "--logfile", folder.resolve("server.log").toString());
        Commands.run(
                folder.resolve("commands.log"),
                Stream.of(Stream.of(executable().toString()), arguments.stream(), common)
                        .flatMap(each -> each)
                        .toList());
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

    private static Path executable() {
        Map<OsArchitecture, String> programs = ExecutableProvider.newProvidedVersionsMap();
        OsArchitecture machine = OsArchitecture.detectOSandArchitecture();
        String program = programs.get(machine);
        if (program == null) {
            throw new IllegalStateException(
                    "no Redis for this machine (" + machine + ") on the class path (known: " + programs.keySet() + ")");
        }
        URL binary = Objects.requireNonNull(RedisServer.class.getResource(program), program);
        return ProgramFolder.of("redis", binary, folder -> ExecutableProvider.newJarResourceProvider(folder.toFile())
                        .get())
                .resolve(program.substring(1));
    }
}
