package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.admission.RateLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

class RequestsTest {

    private final Requests requests = new Requests(
            ItemsNode.limits(),
            new RateLimits(ItemsNode.limits(), AdmissionObserver.NONE),
            SluiceSettings.builder("r2dbc:postgresql://localhost/app", new Credentials("app", "secret"))
                    .build());

    @Test
    void theContextsWorkloadComesBeforeTheMethodsOwn() {
        assertThat(request(Access.tenant("acme"), null).workload()).isEqualTo(Workload.INTERACTIVE);
        assertThat(request(Access.tenant("acme"), Workload.REPORTING).workload())
                .isEqualTo(Workload.REPORTING);
        assertThat(request(Access.tenant("acme").workload("background"), Workload.REPORTING)
                        .workload())
                .isEqualTo(Workload.BACKGROUND);
    }

    @Test
    void aCallerMayLowerThePriorityOfItsWorkloadButNotRaiseIt() {
        assertThat(request(Access.tenant("acme").priority(Priority.BACKGROUND), null)
                        .priority())
                .isEqualTo(Priority.BACKGROUND);
        assertThat(request(Access.tenant("acme").workload("background").priority(Priority.INTERACTIVE), null)
                        .priority())
                .isEqualTo(Priority.BACKGROUND);
    }

    @Test
    void withoutADeadlineACallHasTheConfiguredTimeout() {
        assertThat(request(Access.tenant("acme"), null).deadline().remaining())
                .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
        assertThat(request(Access.tenant("acme").deadline(Duration.ofSeconds(1)), null)
                        .deadline()
                        .remaining())
                .isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    private AdmissionRequest request(AccessChange change, Workload own) {
        Access access = Access.from(change.apply(Context.empty()));
        return requests.of(access, access.tenant(), own);
    }
}
