package dev.sluice.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {

    @Test
    void aFolderIsReadInTheOrderOfItsNumbers() {
        assertThat(Migrations.of("migrations/*.sql").scripts())
                .extracting(String::strip)
                .containsExactly(
                        "create table first (id int);",
                        "alter table first add second int;",
                        "alter table first rename second to tenth;");
    }

    @Test
    void aFolderInAJarIsReadInTheSameWay(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("app.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            for (String name : new String[] {"db/jar/", "db/jar/V10__b.sql", "db/jar/V9__a.sql", "db/jar/sub/V1.sql"}) {
                entries.putNextEntry(new JarEntry(name));
                entries.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);

            assertThat(Migrations.of("db/jar/*.sql").scripts())
                    .containsExactly("db/jar/V9__a.sql", "db/jar/V10__b.sql");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void textAndResourcesKeepTheirOrder() {
        assertThat(Migrations.of("create schema more", "migrations/V1__first.sql")
                        .scripts())
                .extracting(String::strip)
                .containsExactly("create schema more", "create table first (id int);");
    }

    @Test
    void whatIsNotThereIsNamedWithWhatIsExpected() {
        assertThatThrownBy(() -> Migrations.of("migrations/V3__missing.sql"))
                .hasMessageContaining("migrations/V3__missing.sql")
                .hasMessageContaining("expected");
        assertThatThrownBy(() -> Migrations.of("nowhere/*.sql")).hasMessageContaining("nowhere/*.sql");
    }

    @Test
    void everyChangeOfTheSqlChangesTheFingerprint() {
        String one = Migrations.of("select 1", "select 2").fingerprint();

        assertThat(Migrations.of("select 1", "select 2").fingerprint()).isEqualTo(one);
        assertThat(Migrations.of("select 1select 2").fingerprint()).isNotEqualTo(one);
        assertThat(Migrations.of("select 2", "select 1").fingerprint()).isNotEqualTo(one);
    }
}
