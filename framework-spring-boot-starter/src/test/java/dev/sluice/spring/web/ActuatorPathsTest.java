package dev.sluice.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ActuatorPathsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long TOGETHER_WITHIN_NANOS = Duration.ofSeconds(2).toNanos();

    private final AtomicInteger asking = new AtomicInteger();

    @Test
    void whatTheApplicationOpensAndWhereTheActuatorIsMappedNeedNoTenant() {
        ActuatorPaths paths = paths(new StaticListableBeanFactory());
        paths.afterSingletonsInstantiated();
        assertThat(paths.isOpen(get("/open"))).isTrue();
        assertThat(paths.isOpen(get("/actuator"))).isTrue();
        assertThat(paths.isOpen(get("/things"))).isFalse();
    }

    // Invariant 13: BlockHound is on, and tells a thread of this scheduler that it parks. Two are inside at once, or
    // one waits
    // for the other.
    @Test
    void theFirstRequestsWaitForNobodyWhereBeansAreMadeLate() {
        ActuatorPaths paths = paths(new StaticListableBeanFactory() {
            @Override
            public <T> ObjectProvider<T> getBeanProvider(Class<T> type) {
                asking.incrementAndGet();
                long start = System.nanoTime();
                boolean late = false;
                while (asking.get() < 2 && !late) {
                    late = System.nanoTime() - start > TOGETHER_WITHIN_NANOS;
                }
                return super.getBeanProvider(type);
            }
        });
        ServerWebExchange exchange = get("/actuator");
        assertThat(paths(new StaticListableBeanFactory()).isOpen(exchange))
                .as("loads the classes, which blocks")
                .isTrue();
        assertThat(asking).hasValue(0);
        StepVerifier.create(Flux.range(0, 2).flatMap(request -> Mono.fromCallable(() -> paths.isOpen(exchange))
                        .subscribeOn(Schedulers.parallel())))
                .expectNext(true, true)
                .expectComplete()
                .verify(PATIENCE);
    }

    private static ActuatorPaths paths(StaticListableBeanFactory beans) {
        beans.addBean("endpoints", new PathMappedEndpoints("/actuator", List.of()));
        return new ActuatorPaths(
                beans, exchange -> exchange.getRequest().getPath().value().equals("/open"));
    }

    private static ServerWebExchange get(String path) {
        return MockServerWebExchange.from(MockServerHttpRequest.get(path));
    }
}
