package dev.sluice.spring.web;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.server.ServerWebExchange;

/** The endpoints of the actuator where they are mapped, which need no tenant, beside other open paths. */
final class ActuatorPaths implements OpenPaths {

    private final OpenPaths others;

    // Asked for with the first request: the endpoints may need beans that need these paths.
    private final SingletonSupplier<OpenPaths> endpoints;

    ActuatorPaths(BeanFactory beans, OpenPaths others) {
        this.others = others;
        this.endpoints = SingletonSupplier.of(() -> new OpenPathPatterns(patterns(beans)));
    }

    static boolean arePossible() {
        return ClassUtils.isPresent("org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints", null);
    }

    @Override
    public boolean isOpen(ServerWebExchange exchange) {
        return others.isOpen(exchange) || endpoints.obtain().isOpen(exchange);
    }

    private static List<String> patterns(BeanFactory beans) {
        PathMappedEndpoints mapped =
                beans.getBeanProvider(PathMappedEndpoints.class).getIfAvailable();
        if (mapped == null) {
            return List.of();
        }
        Stream<String> links = mapped.getBasePath().isEmpty() ? Stream.of() : Stream.of(mapped.getBasePath());
        return Stream.concat(links, mapped.getAllPaths().stream().flatMap(path -> Stream.of(path, path + "/**")))
                .toList();
    }
}
