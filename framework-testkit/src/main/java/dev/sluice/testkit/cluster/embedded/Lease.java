package dev.sluice.testkit.cluster.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * This JVM's share in the life of a cluster: an open write end of the named pipe that the cluster's keeper
 * reads. The operating system closes it when the JVM ends, even by {@code kill -9}; when the last is closed
 * the keeper stops every server of the cluster and removes its directory.
 */
final class Lease implements AutoCloseable {

    private static final String SCRIPT = "keeper.sh";

    private final FileChannel pipe;

    private Lease(FileChannel pipe) {
        this.pipe = pipe;
    }

    /** Takes the first lease on a new cluster's directory, and starts its keeper. */
    static Lease first(Path root) {
        try {
            Path pipe = root.resolve("lease");
            Path log = root.resolve("keeper.log");
            Path script = root.resolve(SCRIPT);
            try (InputStream in = Lease.class.getResourceAsStream(SCRIPT)) {
                Files.copy(Objects.requireNonNull(in, SCRIPT), script);
            }
            Commands.run(log, List.of("mkfifo", "-m", "600", pipe.toString()));
            Lease lease = join(root);
            List<String> keeper = new ArrayList<>(List.of("sh", script.toString(), root.toString()));
            if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
                keeper.add(0, "/usr/bin/setsid");
            }
            new ProcessBuilder(keeper)
                    .directory(Path.of("/").toFile())
                    .redirectInput(pipe.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return lease;
        } catch (IOException e) {
            throw new UncheckedIOException("no keeper could be started for the cluster in " + root, e);
        }
    }

    /**
     * Takes one more lease. Opened for reading too, because opening for writing alone would wait for a
     * reader.
     *
     * @throws java.nio.file.NoSuchFileException when the cluster is gone or about to go
     */
    static Lease join(Path root) throws IOException {
        return new Lease(FileChannel.open(root.resolve("lease"), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void close() {
        try {
            pipe.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the lease could not be given back", e);
        }
    }
}
