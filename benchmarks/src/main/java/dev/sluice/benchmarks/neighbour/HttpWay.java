package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Way;
import dev.sluice.benchmarks.database.Work;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.ThreadLocalRandom;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** Through a service over HTTP. */
final class HttpWay implements Way {

    static final String TENANT = "X-Tenant-Id";

    private static final int MOST_CONNECTIONS = 4_000;

    private final String name;
    private final String address;
    private final ConnectionProvider connections;
    private final HttpClient client;

    HttpWay(String name, String address) {
        this.name = name;
        this.address = address;
        this.connections = ConnectionProvider.create("callers", MOST_CONNECTIONS);
        this.client = HttpClient.create(connections).runOn(LoopResources.create("callers", 1, true));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Publisher<?> find(String tenant) {
        return get(tenant, "/products/" + ThreadLocalRandom.current().nextInt(ProductDatabase.IDS));
    }

    @Override
    public Publisher<?> work(String tenant, Work work) {
        return get(tenant, (work instanceof Work.Sleep ? "/sleep/" : "/compute/") + work.parameter());
    }

    private Mono<String> get(String tenant, String path) {
        return client.headers(headers -> headers.set(TENANT, tenant))
                .get()
                .uri(address + path)
                .responseSingle((response, body) -> response.status().equals(HttpResponseStatus.OK)
                        ? body.asString()
                        : body.asString()
                                .defaultIfEmpty("")
                                .flatMap(
                                        text -> Mono.error(new IllegalStateException(response.status() + " " + text))));
    }

    @Override
    public Mono<Void> close() {
        return connections.disposeLater();
    }
}
