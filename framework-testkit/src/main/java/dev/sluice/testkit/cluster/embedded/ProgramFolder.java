package dev.sluice.testkit.cluster.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** Programs from the class path, unpacked once per user. */
final class ProgramFolder {

    private ProgramFolder() {}

    /** Fills a folder, or fails. */
    interface Unpacking {
        void into(Path folder) throws IOException;
    }

    /** The folder for what is on the class path at {@code source}: of another content it is another folder. */
    static Path of(String name, URL source, Unpacking unpacking) {
        try {
            return in(cache(), name + "-" + checksum(source), unpacking);
        } catch (IOException e) {
            throw new UncheckedIOException(source + " cannot be read", e);
        }
    }

    /**
     * The folder of that name. Processes and threads that come at once wait for the first to unpack; a crash in the middle leaves
     * nothing behind that counts, because the folder gets its name last.
     */
    static synchronized Path in(Path cache, String name, Unpacking unpacking) {
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

    /** CRC-32 in hexadecimal digits. A jar knows it of each of its entries; to read all of them at each start takes long. */
    static String checksum(URL source) throws IOException {
        URLConnection connection = source.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection entry) {
            try (JarFile jar = entry.getJarFile()) {
                return Long.toHexString(jar.getJarEntry(entry.getEntryName()).getCrc());
            }
        }
        CRC32 crc = new CRC32();
        try (InputStream in = new CheckedInputStream(connection.getInputStream(), crc)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Long.toHexString(crc.getValue());
    }

    private static Path cache() {
        Path home = Path.of(System.getProperty("user.home", ""));
        boolean usable = home.isAbsolute() && Files.isDirectory(home) && Files.isWritable(home);
        return usable
                ? home.resolve(".cache/sluice")
                : Path.of(System.getProperty("java.io.tmpdir"), "sluice-" + System.getProperty("user.name"));
    }
}
