package dev.sluice.spring.web;

import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.util.ClassUtils;

/** Requests to the actuator wherever it is mapped. To be asked only where it is on the class path. */
final class ActuatorRequests {

    private ActuatorRequests() {}

    static boolean arePossible() {
        return isPresent("org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints")
                && isPresent("org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest");
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, null);
    }

    static ServerWebExchangeMatcher open() {
        return EndpointRequest.to("health", "prometheus");
    }

    static ServerWebExchangeMatcher all() {
        return EndpointRequest.toAnyEndpoint();
    }
}
