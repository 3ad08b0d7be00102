package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.JoinedCluster;
import dev.sluice.testkit.cluster.Logins;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that all test processes of one user on one machine share. Under a file lock, each process
 * either joins the cluster that the state file names, or starts one and writes the file; the operating system
 * counts the leases.
 */
final class SharedCluster {

    private static final ClusterSpec SPEC = ClusterSpec.shared();

    private static @Nullable EmbeddedCluster joined;

    private SharedCluster() {}

    static SluiceCluster join() {
        synchronized (SharedCluster.class) {
            EmbeddedCluster cluster = joined;
            if (cluster != null && !cluster.lives()) {
                cluster.leave();
                cluster = null;
            }
            if (cluster == null) {
                cluster = joinOrStart();
                joined = cluster;
            }
            return new JoinedCluster(cluster);
        }
    }

    private static EmbeddedCluster joinOrStart() {
        try {
            Path folder = folder();
            Path state = folder.resolve("shared.properties");
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("shared.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assert lock.isValid();
                Optional<EmbeddedCluster> running = running(state);
                if (running.isPresent()) {
                    return running.get();
                }
                EmbeddedCluster started = EmbeddedCluster.start(SPEC);
                write(state, started);
                return started;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the shared cluster can be neither joined nor started", e);
        }
    }

    private static Optional<EmbeddedCluster> running(Path state) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(state)) {
            properties.load(reader);
            Path root = Path.of(properties.getProperty("root"));
            EmbeddedCluster cluster = EmbeddedCluster.joined(
                    root,
                    Lease.join(root),
                    Integer.parseInt(properties.getProperty("port")),
                    new Logins(properties.getProperty("secret")));
            if (cluster.lives()) {
                return Optional.of(cluster);
            }
            cluster.leave();
            return Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private static void write(Path state, EmbeddedCluster cluster) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("root", cluster.root().toString());
        properties.setProperty("port", Integer.toString(cluster.primary().port()));
        properties.setProperty("secret", cluster.primary().logins().secret());
        Path draft = state.resolveSibling("shared.properties.draft");
        try (Writer writer = Files.newBufferedWriter(draft)) {
            properties.store(writer, "the running shared cluster");
        }
        Files.move(draft, state, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path folder() throws IOException {
        Path folder =
                Path.of(System.getProperty("java.io.tmpdir"), "sluice-testkit-" + System.getProperty("user.name"));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        // In a directory that anybody may write to, somebody else may have been first.
        String owner = Files.getOwner(folder).getName();
        if (!owner.equals(System.getProperty("user.name"))) {
            throw new IllegalStateException(folder + " belongs to '" + owner + "', and the shared cluster may only be"
                    + " joined through a directory of one's own; remove it, or set java.io.tmpdir to another place");
        }
        return folder;
    }
}
