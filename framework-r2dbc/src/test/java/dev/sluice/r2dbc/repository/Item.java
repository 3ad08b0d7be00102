package dev.sluice.r2dbc.repository;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@TenantOwned("items")
record Item(
        @Id UUID id,
        String name,
        @Nullable String note,
        @Nullable BigDecimal amount,
        @Nullable Integer rank,
        Mood mood,
        Instant createdAt,
        @Version long version) {

    static final Instant BEGINNING = Instant.parse("2026-11-20T08:15:30.123456Z");

    static Item named(String name) {
        return new Item(UUID.randomUUID(), name, null, null, null, Mood.CALM, BEGINNING, 0);
    }

    Item ranked(@Nullable Integer other) {
        return new Item(id, name, note, amount, other, mood, createdAt, version);
    }

    Item renamed(String other) {
        return new Item(id, other, note, amount, rank, mood, createdAt, version);
    }

    Item noted(@Nullable String other) {
        return new Item(id, name, other, amount, rank, mood, createdAt, version);
    }

    Item of(@Nullable BigDecimal other) {
        return new Item(id, name, note, other, rank, mood, createdAt, version);
    }
}
