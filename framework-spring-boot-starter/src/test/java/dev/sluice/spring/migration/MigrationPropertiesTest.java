package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.BeforeConnect;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.settings.MigrationSettings;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.internal.jdbc.DriverDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class MigrationPropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SluiceAutoConfiguration.class,
                    SluiceMigrationAutoConfiguration.class,
                    MissingFlywayAutoConfiguration.class))
            .withBean(FakeSluice.class)
            .withPropertyValues("sluice.url=r2dbc:postgresql://localhost:5432/app", "sluice.username=app");

    @Test
    void thereIsNoMigrationWithoutAnOwner() {
        runner.run(context -> assertThat(context).doesNotHaveBean(Flyway.class));
    }

    @Test
    void theOwnerMigratesTheDatabaseOfTheUrl() {
        runner.withPropertyValues("sluice.migrations.username=owner", "spring.flyway.locations=classpath:elsewhere")
                .run(context -> {
                    Flyway flyway = context.getBean(Flyway.class);
                    assertThat(((DelegatingDataSource) flyway.getConfiguration().getDataSource()).getTargetDataSource())
                            .isInstanceOfSatisfying(DriverDataSource.class, database -> {
                                assertThat(database.getUrl()).startsWith("jdbc:postgresql://localhost:5432/app");
                                assertThat(database.getUser()).isEqualTo("owner");
                            });
                    assertThat(flyway.getConfiguration().getLocations()[0].toString())
                            .isEqualTo("classpath:elsewhere");
                });
    }

    @Test
    void migrationsCanBeSwitchedOff() {
        runner.withPropertyValues("sluice.migrations.username=owner", "sluice.migrations.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(Flyway.class));
    }

    @Test
    void aFlywayOfTheApplicationWins() {
        Flyway own = Flyway.configure().load();
        runner.withBean(Flyway.class, () -> own)
                .withPropertyValues("sluice.migrations.username=owner")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(MigrationSettings.class)
                        .doesNotHaveBean(BeforeConnect.class));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            enabled=true,password=hunter2           | sluice.migrations.username: missing (expected: the name of a database role)
            enabled=true                            | sluice.migrations.username: missing (expected: the name of a database role)
            username=o,lock-warning=0s              | sluice.migrations.lock-warning: PT0S (expected: > 0)
            username=o,lock-critical=10s            | sluice.migrations.lock-critical: PT10S (expected: >= lock-warning, which is PT30S)
            username=o,lock-timeout=0s              | sluice.migrations.lock-timeout: PT0S (expected: >= 1 ms)
            username=o,timeout=100ms                | sluice.migrations.timeout: PT0.1S (expected: > lock-timeout, which is PT0.2S)
            """)
    void aWrongPropertyStopsTheStart(String properties, String message) {
        String[] each = properties.split(",");
        for (int i = 0; i < each.length; i++) {
            each[i] = "sluice.migrations." + each[i];
        }
        runner.withPropertyValues(each)
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessage(message));
    }

    @Test
    void migrationsThatNobodyCanRunStopTheStart() {
        runner.withClassLoader(new FilteredClassLoader(FlywayConfigurationCustomizer.class))
                .withPropertyValues("sluice.migrations.username=owner")
                .run(context ->
                        assertThat(context.getStartupFailure()).hasMessageContaining("spring-boot-starter-flyway"));
    }
}
