package dev.sluice.spring.web;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;

/** The endpoints of the actuator where they are mapped, which need no tenant, beside other open paths. */
final class ActuatorPaths implements OpenPaths, SmartInitializingSingleton {

    private final BeanFactory beans;
    private final OpenPaths others;
    private volatile @Nullable OpenPaths endpoints;

    ActuatorPaths(BeanFactory beans, OpenPaths others) {
        this.beans = beans;
        this.others = others;
    }

    static boolean arePossible() {
        return ClassUtils.isPresent("org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints", null);
    }

    /** Before the first request, and after all beans were made: the endpoints may need some that need these paths. */
    @Override
    public void afterSingletonsInstantiated() {
        endpoints = new OpenPathPatterns(patterns());
    }

    @Override
    public boolean isOpen(ServerWebExchange exchange) {
        return others.isOpen(exchange) || endpoints().isOpen(exchange);
    }

    // Where beans are made late, the first requests find out, each for itself: a lock would park their event loops.
    private OpenPaths endpoints() {
        OpenPaths known = endpoints;
        if (known == null) {
            known = new OpenPathPatterns(patterns());
            endpoints = known;
        }
        return known;
    }

    private List<String> patterns() {
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
