package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.r2dbc.session.Session.Status;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.TransactionIdleTimeoutException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is said of a transaction whose statement fails, or need not be sent. */
class IdleTimeTest {

    @Test
    void theServersOwnWordIsEnough() {
        IdleTime idle = idle(Duration.ofDays(1));
        Throwable answered = new R2dbcNonTransientResourceException("terminating connection", "25P03");

        assertThat(idle.explain(answered))
                .isInstanceOf(TransactionIdleTimeoutException.class)
                .hasCause(answered)
                .hasMessageContaining("opened at Orders.place");
    }

    @Test
    void anyOtherErrorStaysWhatItIs() {
        IdleTime idle = idle(Duration.ofMillis(1));
        Throwable lost = new R2dbcNonTransientResourceException("connection reset", "08006");

        assertThat(idle.explain(lost)).isSameAs(lost);
    }

    @Test
    void aConnectionThatIsGoneAfterTheLimitIsToldBeforeAnythingIsSent() {
        IdleTime idle = idle(Duration.ofMillis(1));
        idle.begins();

        assertThatThrownBy(() -> idle.statementBegins("COMMIT", () -> Status.CLOSED))
                .isInstanceOf(TransactionIdleTimeoutException.class);
    }

    @Test
    void aConnectionThatIsThereIsUsedHoweverLongItIdled() {
        IdleTime idle = idle(Duration.ofMillis(1));
        idle.begins();

        assertThatCode(() -> idle.statementBegins("COMMIT", () -> Status.IN_TRANSACTION))
                .doesNotThrowAnyException();
    }

    @Test
    void aConnectionThatIsGoneBeforeTheLimitIsLeftToTheDriver() {
        IdleTime idle = idle(Duration.ofDays(1));
        idle.begins();

        assertThatCode(() -> idle.statementBegins("COMMIT", () -> Status.CLOSED))
                .doesNotThrowAnyException();
    }

    private static IdleTime idle(Duration limit) {
        TimeoutSettings d = TimeoutSettings.DEFAULT;
        SluiceSettings settings = SluiceSettings.builder(
                        "r2dbc:postgresql://localhost:5432/app", new Credentials("app", ""))
                .timeouts(new TimeoutSettings(d.call(), d.statement(), d.lock(), d.transaction(), limit))
                .build();
        return new IdleTime(new OpenTransactions(settings), TenantId.of("acme"), Place.named("Orders.place"), () -> {});
    }
}
