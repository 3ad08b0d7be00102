package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.RawWay;
import dev.sluice.benchmarks.database.Work;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The same through r2dbc-pool. */
@RestController
@RequestMapping("/raw")
class RawResource {

    private final RawWay raw;

    RawResource(RawWay raw) {
        this.raw = raw;
    }

    @GetMapping("/products/{id}")
    Publisher<?> find(@RequestHeader(HttpWay.TENANT) String tenant, @PathVariable("id") long id) {
        return raw.find(tenant);
    }

    @GetMapping("/sleep/{seconds}")
    Publisher<?> sleep(@RequestHeader(HttpWay.TENANT) String tenant, @PathVariable("seconds") double seconds) {
        return Mono.from(raw.work(tenant, new Work.Sleep(seconds)));
    }

    @GetMapping("/compute/{numbers}")
    Publisher<?> compute(@RequestHeader(HttpWay.TENANT) String tenant, @PathVariable("numbers") int numbers) {
        return Mono.from(raw.work(tenant, new Work.Compute(numbers)));
    }

    @PreDestroy
    void close() {
        raw.close().block(Duration.ofSeconds(10));
    }
}
