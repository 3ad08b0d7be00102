package com.example.review;

import dev.sluice.Sluice;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Each method reaches the database without a tenant. */
public final class TenantlessReport {

    private final Sluice sluice;
    private final Items items;

    public TenantlessReport(Sluice sluice, Items items) {
        this.sluice = sluice;
        this.items = items;
    }

    public Mono<Long> acrossAll() {
        return sluice.acrossTenants("a report").execute("delete from items", Map.of());
    }

    public void forgetsTheContext(UUID id) {
        items.findById(id).subscribe(item -> {}, error -> {});
    }

    public int overJdbc(Connection connection) throws SQLException {
        return connection.createStatement().executeUpdate("delete from items");
    }
}
