package dev.sluice.r2dbc.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Isolation;
import dev.sluice.Sluice;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SluiceTest(migrations = RepositoryFixture.TABLES)
class CompiledWithoutParametersTest {

    private static final String SOURCE = """
            package users;

            import dev.sluice.repository.*;
            import java.util.UUID;
            import reactor.core.publisher.Flux;

            public interface Labels extends TenantRepository<Labels.Label, Long> {
                @Where("label = :label")
                Flux<Label> labelled(String label);

                @TenantOwned("parts")
                record Label(@Id Long id, UUID itemId, String label) {}
            }
            """;

    @Test
    void theStartFailsWithThatReason(TestDatabase database, @TempDir Path folder) throws Exception {
        Sluice sluice = RepositoryFixture.connect(database, Isolation.PREDICATE);
        try (URLClassLoader with = compile(folder.resolve("with"), "-parameters");
                URLClassLoader without = compile(folder.resolve("without"))) {
            assertThat(sluice.repository(with.loadClass("users.Labels"))).isNotNull();
            assertThatThrownBy(() -> sluice.repository(without.loadClass("users.Labels")))
                    .isInstanceOf(InvalidMappingException.class)
                    .hasMessageContaining("Labels.labelled: users.Labels was compiled without the names of parameters"
                            + " (expected: javac -parameters)");
        } finally {
            sluice.closeGracefully().block(RepositoryFixture.WAIT);
        }
    }

    private static URLClassLoader compile(Path target, String... more) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = new ArrayList<>(List.of("-d", target.toString(), "-cp", classPath(), "-proc:none"));
        options.addAll(List.of(more));
        assertThat(target.toFile().mkdirs()).isTrue();
        assertThat(compiler.getTask(null, null, null, options, null, List.of(new Source()))
                        .call())
                .isTrue();
        return new URLClassLoader(
                new URL[] {target.toUri().toURL()}, CompiledWithoutParametersTest.class.getClassLoader());
    }

    private static String classPath() {
        List<String> entries = new ArrayList<>();
        for (Class<?> type : List.of(
                Sluice.class,
                reactor.core.publisher.Flux.class,
                org.reactivestreams.Publisher.class,
                org.jspecify.annotations.NullMarked.class,
                io.r2dbc.spi.Readable.class)) {
            entries.add(new File(URI.create(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toString()))
                    .getPath());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static final class Source extends SimpleJavaFileObject {

        Source() {
            super(URI.create("string:///users/Labels.java"), JavaFileObject.Kind.SOURCE);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return SOURCE;
        }
    }
}
