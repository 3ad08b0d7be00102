package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** P7: a CancelRequest that comes late hits the next query. */
class CancelRequestsTest {

    private final CancelRequests cancels = new CancelRequests();

    @Test
    void oneThatWasDeliveredIsSettled() {
        cancels.send(Mono.empty()).block();

        assertThat(cancels.anyUnsettled()).isFalse();
    }

    @Test
    void oneThatNobodyWaitsForAnyMoreMayStillArrive() {
        cancels.send(Mono.never()).subscribe().dispose();

        assertThat(cancels.anyUnsettled()).isTrue();
    }

    @Test
    void oneThatFailedMayHaveArrivedAllTheSame() {
        cancels.send(Mono.error(new IllegalStateException("reset")))
                .onErrorComplete()
                .block();

        assertThat(cancels.anyUnsettled()).isTrue();
    }
}
