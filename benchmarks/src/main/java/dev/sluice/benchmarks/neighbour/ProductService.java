package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.Product;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Way;
import dev.sluice.testkit.cluster.Role;
import java.time.Duration;
import java.util.stream.IntStream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A small service with the products behind HTTP, once through Sluice and once through r2dbc-pool. */
final class ProductService implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final String address;

    private ProductService(ConfigurableApplicationContext context) {
        this.context = context;
        this.address = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
    }

    static ProductService start(ProductDatabase database, int connections, int maxWaiting) {
        String tenants = String.join(
                ",", IntStream.range(0, 100).mapToObj(ProductDatabase::tenant).toList());
        return new ProductService(new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .initializers(context -> ((org.springframework.context.support.GenericApplicationContext) context)
                        .registerBean(
                                RawResource.class, () -> new RawResource(database.raw(connections, Duration.ZERO))))
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "sluice.url=" + database.locked().url(),
                        "sluice.username="
                                + database.locked().credentials(Role.APP).username(),
                        "sluice.password="
                                + database.locked().credentials(Role.APP).password(),
                        "sluice.pool.min=" + connections,
                        "sluice.pool.max=" + connections,
                        "sluice.timeouts.call=30s",
                        "sluice.timeouts.statement=20s",
                        "sluice.tenants.known=" + tenants,
                        "sluice.tenants.defaults.max-connections=" + connections,
                        "sluice.tenants.defaults.max-waiting=" + maxWaiting,
                        "sluice.web.tenant-resolver=header",
                        "sluice.web.open-paths=/raw/**")
                .run());
    }

    /** The part of the service under a path. */
    Way way(String name, String path) {
        return new HttpWay(name, address + path);
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @AutoConfigurationPackage(basePackageClasses = Product.class)
    @Import(ProductResource.class)
    static class Application {}
}
