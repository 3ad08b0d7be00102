package dev.sluice.cache.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

    private final Envelope full = new Envelope(
            "acme", "sluice:{acme|r|t|+7}", new long[] {1, -2}, new Position(3, new Lsn(-4)), 5, 6, new byte[] {7, 8});

    @Test
    void whatIsWrittenIsRead() {
        assertThat(Envelope.read(full.toBytes())).usingRecursiveComparison().isEqualTo(full);
        Envelope negative = new Envelope("acme", "k", new long[0], null, 0, 0, null);
        assertThat(Envelope.read(negative.toBytes())).usingRecursiveComparison().isEqualTo(negative);
    }

    @Test
    void damagedBytesAreNoValueAndNoError() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] bytes = full.toBytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            for (int n = random.nextInt(4); n > 0 && damaged.length > 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> Envelope.read(damaged)).as("seed %d", seed).doesNotThrowAnyException();
        }
        assertThat(Envelope.read(new byte[0])).isNull();
    }
}
