package dev.sluice.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ExternalIoTest {

    private final List<String> told = new ArrayList<>();
    private boolean refusing;

    @Test
    void asksTheTransactionOfTheContextAtEachSubscription() {
        Mono<Integer> io = ExternalIo.guarded(Mono.just(1), "GET a");

        StepVerifier.create(io.repeat(1).contextWrite(c -> c.put(TransactionHandle.KEY, new Told())))
                .expectNext(1, 1)
                .verifyComplete();

        assertThat(told).containsExactly("GET a", "GET a");
    }

    @Test
    void doesNotSubscribeToWhatIsRefused() {
        refusing = true;
        Flux<Integer> io = ExternalIo.guarded(Flux.defer(() -> Flux.just(told.size())), "GET a");

        StepVerifier.create(io.contextWrite(c -> c.put(TransactionHandle.KEY, new Told())))
                .verifyError(IllegalStateException.class);
    }

    @Test
    void leavesAloneWhatHasNoTransaction() {
        StepVerifier.create(ExternalIo.guarded(Flux.just(1, 2), "GET a"))
                .expectNext(1, 2)
                .verifyComplete();

        assertThat(told).isEmpty();
    }

    private final class Told implements TransactionHandle {

        @Override
        public TenantId tenant() {
            return TenantId.of("acme");
        }

        @Override
        public TransactionOptions options() {
            return TransactionOptions.DEFAULT;
        }

        @Override
        public boolean isActive() {
            return true;
        }

        @Override
        public void register(Settlement settlement) {}

        @Override
        public void externalIo(String io) {
            told.add(io);
            if (refusing) {
                throw new IllegalStateException("refused");
            }
        }
    }
}
