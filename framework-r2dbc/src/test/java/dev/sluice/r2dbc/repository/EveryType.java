package dev.sluice.r2dbc.repository;

import dev.sluice.repository.Column;
import dev.sluice.repository.Id;
import dev.sluice.repository.Json;
import dev.sluice.repository.TenantOwned;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@TenantOwned("public.every_type")
record EveryType(
        @Id String id,
        boolean flag,
        @Nullable Boolean flagBox,
        short small,
        int whole,
        long big,
        @Nullable Long bigBox,
        float realNumber,
        double doubleNumber,
        @Nullable BigDecimal amount,
        @Column("uid") @Nullable UUID uniqueId,
        @Nullable Instant at,
        @Nullable OffsetDateTime offsetAt,
        @Nullable LocalDateTime localAt,
        @Nullable LocalDate day,
        @Nullable LocalTime timeOfDay,
        byte @Nullable [] bytes,
        @Nullable Mood moodText,
        @Nullable Mood mood,
        @Nullable Json document,
        @Nullable Json plainJson,
        @Nullable String fixed,
        @Nullable String shortText,
        String @Nullable [] words,
        @Nullable List<String> wordList,
        Integer @Nullable [] numbers,
        @Nullable List<Long> numberList,
        @Nullable List<UUID> uids,
        BigDecimal @Nullable [] amounts) {

    static EveryType full(String id) {
        return new EveryType(
                id,
                true,
                false,
                Short.MIN_VALUE,
                Integer.MAX_VALUE,
                Long.MIN_VALUE,
                -1L,
                1.1f,
                Math.PI,
                new BigDecimal("-12345678901234567890.000100"),
                UUID.fromString("00000000-0000-0000-ffff-ffffffffffff"),
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                OffsetDateTime.of(2026, 2, 28, 23, 59, 59, 1000, ZoneOffset.UTC),
                LocalDateTime.of(2026, 3, 29, 2, 30, 0, 123456000),
                LocalDate.of(1582, 10, 15),
                LocalTime.of(23, 59, 59, 999999000),
                new byte[] {0, -1, '\'', '\\', '"'},
                Mood.STORMY,
                Mood.STORMY,
                Json.of("{\"a\": [1, \"';--\"], \"b\": null}"),
                Json.of("{\"a\": 2, \"z\": 1}"),
                "abc  ",
                "ten chars!",
                new String[] {"", "a,b", "{\"c\"}", "NULL", "back\\slash", null},
                Arrays.asList("ü€😀", null, "'; drop table items; --"),
                new Integer[] {Integer.MIN_VALUE, null, 7},
                List.of(Long.MAX_VALUE),
                List.of(),
                new BigDecimal[] {new BigDecimal("1.50"), new BigDecimal("-1000")});
    }

    static EveryType empty(String id) {
        return new EveryType(
                id, false, null, (short) 0, 0, 0, null, 0, 0, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null, null, null, null);
    }
}
