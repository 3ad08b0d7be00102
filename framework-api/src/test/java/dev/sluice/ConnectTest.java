package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionLookup;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** What a process reads from its class path while it connects, and no call later, which may be on an event loop. */
class ConnectTest {

    private static final String LOOKED_FOR = "sluice.test.looked-for";

    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        System.clearProperty(LOOKED_FOR);
    }

    // In classes of their own, as each is loaded once.
    @Test
    void whoKnowsOfTransactionsIsLookedForBeforeTheFirstCall() throws Exception {
        provide(SluiceProvider.class, Unconnected.class);
        provide(TransactionLookup.class, Noting.class);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader process = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(process);
            Runnable connecting = (Runnable) process.loadClass(Connecting.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(System.getProperty(LOOKED_FOR)).isNull();

            connecting.run();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertThat(System.getProperty(LOOKED_FOR)).isEqualTo("once");
    }

    private void provide(Class<?> service, Class<?> provider) throws IOException {
        Path file = folder.resolve("META-INF/services").resolve(service.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, provider.getName());
    }

    private URL[] classPath() throws IOException {
        List<URL> urls = new ArrayList<>(List.of(folder.toUri().toURL()));
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : path.split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** What a process does first. */
    public static final class Connecting implements Runnable {

        @Override
        public void run() {
            Sluice.connect(SluiceSettings.builder("r2dbc:postgresql://localhost/none", new Credentials("app", ""))
                            .build())
                    .block();
        }
    }

    /** Connects to nothing. */
    public static final class Unconnected implements SluiceProvider {

        @Override
        public Mono<Sluice> connect(SluiceSettings settings) {
            return Mono.empty();
        }
    }

    /** Says that it was made. */
    public static final class Noting implements TransactionLookup {

        /** For the service loader. */
        public Noting() {
            System.setProperty(LOOKED_FOR, "once");
        }

        @Override
        public @Nullable TransactionHandle find(ContextView context) {
            return null;
        }
    }
}
