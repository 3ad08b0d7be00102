package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.cluster.ClusterProviders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where servers keep what ends with them: in the folder that {@code sluice.testkit.data} names, else in memory where there is
 * room, because making a thousand files takes a good part of a cluster's start, else in the temporary directory.
 */
final class DataFolder {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long GIB = 1L << 30;
    /** Some clusters at once, their write-ahead logs included. */
    private static final long ROOM = 4 * GIB;

    private DataFolder() {}

    /** A new folder whose name begins with {@code prefix}, for this user alone. */
    static Path create(String prefix) {
        Path parent = Path.of(ClusterProviders.setting("sluice.testkit.data", byDefault()));
        try {
            return Files.createTempDirectory(parent, prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no folder for a server can be made in " + parent + " (sluice.testkit.data names another)", e);
        }
    }

    private static String byDefault() {
        return isMemoryWithRoom() ? MEMORY.toString() : System.getProperty("java.io.tmpdir");
    }

    // What is stored there is taken from the same memory as the JVMs' heaps: a machine needs enough for both.
    private static boolean isMemoryWithRoom() {
        try {
            return Files.isWritable(MEMORY)
                    && Files.getFileStore(MEMORY).type().equals("tmpfs")
                    && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM
                    && memory() >= 4 * ROOM;
        } catch (IOException unusable) {
            return false;
        }
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }
}
