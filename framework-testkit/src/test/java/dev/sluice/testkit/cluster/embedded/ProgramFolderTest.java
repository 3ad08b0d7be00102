package dev.sluice.testkit.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramFolderTest {

    @TempDir
    Path cache;

    @Test
    void isUnpackedOnce() {
        AtomicInteger unpacked = new AtomicInteger();
        ProgramFolder.Unpacking unpacking = folder -> {
            unpacked.incrementAndGet();
            Files.writeString(folder.resolve("program"), "text");
        };
        for (int i = 0; i < 3; i++) {
            Path folder = ProgramFolder.in(cache, "programs", unpacking);
            assertThat(folder.resolve("program")).hasContent("text");
        }
        assertThat(unpacked).hasValue(1);
    }

    @Test
    void whatWasNotUnpackedToItsEndDoesNotCount() {
        assertThatThrownBy(() -> ProgramFolder.in(cache, "programs", folder -> {
                    Files.writeString(folder.resolve("program"), "half");
                    throw new IOException("no space left");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("programs could not be unpacked to " + cache.resolve("programs"));
        assertThat(cache.resolve("programs")).doesNotExist();

        Path folder = ProgramFolder.in(cache, "programs", to -> Files.writeString(to.resolve("program"), "whole"));
        assertThat(folder.resolve("program")).hasContent("whole");
    }

    @Test
    void whatIsInAJarAndBesideOneHasTheChecksumOfItsBytes() throws IOException {
        Path jar = cache.resolve("some.jar");
        byte[] program = "program".getBytes(StandardCharsets.UTF_8);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("program"));
            out.write(program);
        }
        Path beside = Files.write(cache.resolve("beside"), program);
        CRC32 crc = new CRC32();
        crc.update(program);

        assertThat(ProgramFolder.checksum(new URL("jar:" + jar.toUri() + "!/program")))
                .isEqualTo(ProgramFolder.checksum(beside.toUri().toURL()))
                .isEqualTo(Long.toHexString(crc.getValue()));
    }
}
