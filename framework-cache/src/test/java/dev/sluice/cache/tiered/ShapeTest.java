package dev.sluice.cache.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.CacheSpec;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ShapeTest {

    record One(String name) {}

    record Two(String name, int more) {}

    record Renamed(String title) {}

    record Outer(List<One> ones) {}

    record OuterOfTwo(List<Two> ones) {}

    record Recursive(List<Recursive> children) {}

    record Rich(
            UUID id,
            BigDecimal amount,
            LocalDate day,
            Instant at,
            OffsetDateTime there,
            Optional<String> note,
            Map<String, List<Integer>> numbers,
            byte[] bytes,
            double ratio) {}

    private final CborCodec codec = new CborCodec();

    @Test
    void typesOfDifferentShapesHaveDifferentVariants() {
        assertThat(List.of(
                        variant(CacheSpec.of("m", One.class)),
                        variant(CacheSpec.of("m", Two.class)),
                        variant(CacheSpec.of("m", Renamed.class)),
                        variant(CacheSpec.of("m", Outer.class)),
                        variant(CacheSpec.of("m", OuterOfTwo.class)),
                        variant(CacheSpec.of("m", Recursive.class)),
                        variant(CacheSpec.listOf("m", One.class)),
                        variant(new CacheSpec<>("m", One.class, java.util.Set.of(), null, null, 2))))
                .doesNotHaveDuplicates();
        assertThat(variant(CacheSpec.of("other", One.class))).isEqualTo(variant(CacheSpec.of("m", One.class)));
    }

    @Test
    void whatTheCodecWritesItReads() {
        Rich rich = new Rich(
                UUID.randomUUID(),
                new BigDecimal("-12.5000"),
                LocalDate.of(2026, 2, 28),
                Instant.parse("2026-11-21T12:00:00.123456789Z"),
                OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 5, ZoneOffset.ofHours(-7)),
                Optional.of("é"),
                Map.of("a", List.of(1, 2)),
                new byte[] {1, 2},
                0.1);
        assertThat(codec.decode(codec.encode(rich, Rich.class), Rich.class))
                .usingRecursiveComparison()
                .isEqualTo(rich);
        CacheSpec<List<One>> list = CacheSpec.listOf("m", One.class);
        assertThat(codec.decode(codec.encode(List.of(new One("x")), list.type()), list.type()))
                .isEqualTo(List.of(new One("x")));
    }

    private String variant(CacheSpec<?> spec) {
        return Shape.variant(spec, codec);
    }
}
