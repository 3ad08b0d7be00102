package dev.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.spring.found.Things;
import dev.sluice.spring.repository.SluiceRepositoryAutoConfiguration;
import dev.sluice.tenant.TenantDirectory;
import dev.sluice.tenant.TenantId;
import io.r2dbc.spi.ConnectionFactory;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class SluiceAutoConfigurationTest {

    private final FakeSluice fake = new FakeSluice();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SluiceAutoConfiguration.class,
                    SluiceRepositoryAutoConfiguration.class,
                    R2dbcAutoConfiguration.class))
            .withBean(FakeSluice.class, () -> fake)
            .withPropertyValues("sluice.url=r2dbc:postgresql://localhost:5432/app", "sluice.username=app");

    @Test
    void repositoryInterfacesOfTheApplicationsPackagesAreBeansBeforeTheStatementsAreVerified() {
        runner.withUserConfiguration(Application.class).run(context -> {
            assertThat(context).hasSingleBean(Things.class);
            assertThat(context.getBean("things")).isInstanceOf(Things.class);
            assertThat(fake.calls()).containsExactly("repository Things", "verify");
        });
    }

    @Test
    void aRepositoryBeanOfTheApplicationWins() {
        Things own = (Things) Proxy.newProxyInstance(
                Things.class.getClassLoader(), new Class<?>[] {Things.class}, (proxy, method, arguments) -> null);

        runner.withUserConfiguration(Application.class)
                .withBean("mine", Things.class, () -> own)
                .run(context ->
                        assertThat(context.getBeanNamesForType(Things.class)).containsExactly("mine"));
    }

    @Test
    void anotherBeanOfTheNameOfARepositoryDoesNotHideIt() {
        runner.withUserConfiguration(Application.class)
                .withBean("things", String.class, () -> "something else")
                .run(context ->
                        assertThat(context.getBeanNamesForType(Things.class)).containsExactly(Things.class.getName()));
    }

    @Test
    void thePlainViewIsTheOnlyConnectionFactoryAndSpringBootsOwnBacksOff() {
        runner.run(context -> assertThat(context)
                .hasNotFailed()
                .getBean(ConnectionFactory.class)
                .extracting(factory -> factory.getMetadata().getName())
                .isEqualTo("PostgreSQL"));
    }

    @Test
    void settingsOfTheApplicationWin() {
        SluiceSettings own = SluiceSettings.builder("r2dbc:postgresql://elsewhere:5432/app", new Credentials("app", ""))
                .build();

        runner.withBean(SluiceSettings.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(SluiceSettings.class)).isSameAs(own));
    }

    @Test
    void theKnownTenantsAreTheDirectoryUnlessTheApplicationHasOne() {
        runner.withPropertyValues("sluice.tenants.known=acme").run(context -> {
            TenantDirectory directory = context.getBean(TenantDirectory.class);
            assertThat(directory.exists(TenantId.of("acme")).block()).isTrue();
            assertThat(directory.exists(TenantId.of("globex")).block()).isFalse();
        });

        TenantDirectory own = TenantDirectory.of(List.of());
        runner.withBean(TenantDirectory.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(TenantDirectory.class)).isSameAs(own));
    }

    @Test
    void aSluiceOfTheApplicationIsNotClosedByTheStarter() {
        runner.run(context -> context.close());

        assertThat(fake.calls()).doesNotContain("close");
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage(basePackages = "dev.sluice.spring.found")
    static class Application {}
}
