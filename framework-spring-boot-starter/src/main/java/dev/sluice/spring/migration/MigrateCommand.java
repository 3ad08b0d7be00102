package dev.sluice.spring.migration;

import dev.sluice.spring.migration.Migrations.Status;
import dev.sluice.spring.settings.InvalidPropertyException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Migrates, or says how far the schema is, without starting the application: for a job before a deploy. It reads the same
 * properties and uses the same lock, so it may run beside instances that start.
 */
public final class MigrateCommand {

    /** The schema is current; for migrating: it is now. */
    public static final int CURRENT = 0;

    /** It could not be done, or found out; the log says why. */
    public static final int FAILED = 1;

    /** An argument is not understood. */
    public static final int USAGE = 2;

    /** Asked for the status: migrations are pending or failed, or an index is invalid. */
    public static final int NOT_CURRENT = 3;

    private static final String STATUS = "--status";

    private final Class<?>[] configuration;
    private final PrintStream out;

    /**
     * @param out where the result is written, some lines of text
     * @param configuration what the application configures about its migrations, as a {@code
     *     FlywayConfigurationCustomizer}
     */
    public MigrateCommand(PrintStream out, Class<?>... configuration) {
        this.out = out;
        this.configuration = configuration.clone();
    }

    /**
     * Runs on the calling thread, as long as migrating takes.
     *
     * @param arguments {@code --status} to change nothing, and Spring Boot's, as {@code --sluice.url=…}
     * @return the exit code
     */
    public int run(String... arguments) {
        List<String> springs = new ArrayList<>(Arrays.asList(arguments));
        boolean status = springs.remove(STATUS);
        List<String> unknown = springs.stream()
                .filter(argument -> !argument.startsWith("--") || !argument.contains("="))
                .toList();
        if (!unknown.isEmpty()) {
            out.printf("migrate: unknown %s (expected: nothing, %s, or properties as --key=value)%n", unknown, STATUS);
            return USAGE;
        }
        try (ConfigurableApplicationContext context = start(springs)) {
            Migrations migrations = context.getBeanProvider(Migrations.class).getIfAvailable(() -> {
                throw InvalidPropertyException.missing("sluice.migrations.username", "the role that owns the tables");
            });
            return status ? status(migrations) : migrate(migrations);
        } catch (RuntimeException | SQLException e) {
            out.println("migrate: failed: " + rootMessage(e));
            return FAILED;
        }
    }

    private ConfigurableApplicationContext start(List<String> arguments) {
        return new SpringApplicationBuilder(MigrateConfiguration.class)
                .sources(configuration)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .run(arguments.toArray(String[]::new));
    }

    private int migrate(Migrations migrations) {
        out.println(
                switch (migrations.migrate()) {
                    case CURRENT -> "migrate: the schema was current";
                    case MIGRATED_BY_ANOTHER -> "migrate: another instance has migrated";
                    default -> "migrate: the schema is current now";
                });
        return CURRENT;
    }

    private int status(Migrations migrations) throws SQLException {
        Status status = migrations.status();
        SchemaState schema = status.schema();
        out.printf(
                "schema: %s, version %s, %d applied%n",
                schema.current() ? "current" : "not current",
                schema.version().isEmpty() ? "none" : schema.version(),
                schema.applied());
        schema.pending().forEach(pending -> out.println("pending: " + pending.script()));
        schema.failed().forEach(failed -> out.println("failed: " + failed.script()));
        status.holder()
                .ifPresentOrElse(
                        holder -> out.printf("lock: held by %s%n      %s%n", holder, holder.advice()),
                        () -> out.println("lock: free"));
        status.invalidIndexes().forEach(index -> out.println("invalid: " + index));
        return schema.current() && status.invalidIndexes().isEmpty() ? CURRENT : NOT_CURRENT;
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof SluiceMigrationException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
