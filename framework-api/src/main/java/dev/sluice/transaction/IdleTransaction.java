package dev.sluice.transaction;

import dev.sluice.tenant.TenantId;
import java.time.Duration;

/**
 * A transaction that holds its connection and has no statement in flight.
 *
 * @param tenant whose it is
 * @param openedAt where it was opened, as {@code com.example.Orders.place(Orders.java:42)}
 * @param idle for how long it has idled without a break
 * @param limit after how long the server ends it
 * @param lastStatement the name of the last statement before that
 */
public record IdleTransaction(TenantId tenant, String openedAt, Duration idle, Duration limit, String lastStatement) {

    @Override
    public String toString() {
        return "transaction of tenant '%s', opened at %s, idle for %d ms (limit %d ms) since %s"
                .formatted(tenant, openedAt, idle.toMillis(), limit.toMillis(), lastStatement);
    }
}
