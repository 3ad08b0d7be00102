package dev.sluice.testkit.cluster.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Programs from the class path, unpacked once per user. */
final class ProgramFolder {

    private ProgramFolder() {}

    /** Fills a folder, or fails. */
    interface Unpacking {
        void into(Path folder) throws IOException;
    }

    /**
     * The folder of that name, which says what is in it to the byte. Processes that come at once wait for the first to unpack; a
     * crash in the middle leaves nothing behind that counts, because the folder gets its name last.
     */
    static Path of(String name, Unpacking unpacking) {
        return in(cache(), name, unpacking);
    }

    static Path in(Path cache, String name, Unpacking unpacking) {
        Path folder = cache.resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            Files.createDirectories(cache);
            try (FileChannel channel = FileChannel.open(
                            cache.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.isDirectory(folder)) {
                    Path unfinished = Files.createTempDirectory(cache, "unfinished-");
                    unpacking.into(unfinished);
                    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("the programs of " + name + " could not be unpacked to " + folder, e);
        }
    }

    private static Path cache() {
        Path home = Path.of(System.getProperty("user.home", ""));
        boolean usable = home.isAbsolute() && Files.isDirectory(home) && Files.isWritable(home);
        return usable
                ? home.resolve(".cache/sluice")
                : Path.of(System.getProperty("java.io.tmpdir"), "sluice-" + System.getProperty("user.name"));
    }
}
