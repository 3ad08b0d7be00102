package dev.sluice.r2dbc.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.repository.InvalidCursorException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CursorsTest {

    private static final List<Object> KEYS = List.of(
            "ü€😀\u0000,{\"}'",
            true,
            Short.MIN_VALUE,
            Integer.MAX_VALUE,
            Long.MIN_VALUE,
            Float.NaN,
            Double.NEGATIVE_INFINITY,
            new BigDecimal("1E+400"),
            new BigDecimal("-0.10"),
            new UUID(0, -1),
            Instant.parse("2026-11-20T08:15:30.123456Z"),
            Instant.parse("+12026-11-20T08:15:30Z"),
            OffsetDateTime.of(2026, 2, 28, 0, 0, 0, 1_000, ZoneOffset.ofHours(-3)),
            LocalDateTime.of(-44, 3, 15, 12, 0),
            LocalDate.of(12_026, 1, 1),
            LocalTime.of(23, 59, 59, 999_999_000),
            Mood.STORMY);

    private final Cursors cursors = new Cursors(List.of("newest", "older"));

    @Test
    void keysOfEveryOrderedTypeComeBackExactly() {
        List<ValueType> types = KEYS.stream().map(key -> type(key.getClass())).toList();

        assertThat(cursors.read("scope", types, cursors.issue("scope", types, KEYS)))
                .isEqualTo(KEYS);
    }

    @Test
    void nullComesBackAsNull() {
        List<ValueType> types = List.of(type(String.class), type(Long.class));
        List<Object> keys = Arrays.asList(null, 1L);

        assertThat(cursors.read("scope", types, cursors.issue("scope", types, keys)))
                .isEqualTo(keys);
    }

    @Test
    void theNewestSecretSignsAndAllVerify() {
        List<ValueType> types = List.of(type(Long.class));
        String old = new Cursors(List.of("older")).issue("scope", types, List.of(1L));

        assertThat(cursors.read("scope", types, old)).containsExactly(1L);
        assertThat(new Cursors(List.of("newest")).read("scope", types, cursors.issue("scope", types, List.of(2L))))
                .containsExactly(2L);
        Cursors later = new Cursors(List.of("newest"));
        assertThatThrownBy(() -> later.read("scope", types, old)).isInstanceOf(InvalidCursorException.class);
        assertThatThrownBy(() -> new Cursors(List.of()).read("scope", types, old))
                .isInstanceOf(InvalidCursorException.class);
    }

    @Test
    void keysThatNoLongerHaveTheirTypeAreRefused() {
        String text = cursors.issue("scope", List.of(type(String.class)), List.of("not a number"));

        assertThatThrownBy(() -> cursors.read("scope", List.of(type(Long.class)), text))
                .isInstanceOf(InvalidCursorException.class)
                .hasMessageContaining("older version");
    }

    @Test
    void keysThatNeedATooLongCursorAreRefusedWithTheNumbers() {
        List<ValueType> types = List.of(type(String.class));

        assertThatThrownBy(() -> cursors.issue("scope", types, List.of("x".repeat(4_000))))
                .isInstanceOf(InvalidCursorException.class)
                .hasMessageContaining("at most 4096");
    }

    private static ValueType type(Type type) {
        return Objects.requireNonNull(ValueTypes.of(type));
    }
}
