package dev.sluice.reference;

import dev.sluice.reference.demo.EmbeddedMode;
import dev.sluice.spring.migration.MigrateCommand;
import java.time.Clock;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import reactor.netty.ReactorNetty;

/** Starts the service; without {@code sluice.url} in embedded mode. */
@SpringBootApplication
public class ReferenceApplication {

    /**
     * Starts the service; with {@code migrate} as the first argument it migrates, or says how far the schema is, and ends.
     *
     * @param arguments Spring Boot's, as {@code --server.port=9090}; after {@code migrate} also {@code --status}
     */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("migrate")) {
            System.exit(new MigrateCommand(System.out, MigrationPlaceholders.class)
                    .run(Arrays.copyOfRange(arguments, 1, arguments.length)));
        }
        // Reactor Netty takes at least four, and more than there are processors cost more than they do.
        if (System.getProperty(ReactorNetty.IO_WORKER_COUNT) == null) {
            System.setProperty(
                    ReactorNetty.IO_WORKER_COUNT,
                    Integer.toString(Runtime.getRuntime().availableProcessors()));
        }
        SpringApplication application = new SpringApplication(ReferenceApplication.class);
        application.addInitializers(new EmbeddedMode());
        application.run(arguments);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
