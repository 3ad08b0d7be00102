package dev.sluice.cache.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.CacheKey;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Touched;
import io.lettuce.core.cluster.SlotHash;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeysTest {

    private static final String NASTY = "|{}:%*#+-\u0000\n\r\t \u00e9\u20ac\ud83d\"'a1";

    private final Keys keys = new Keys("sluice");

    @Test
    void differentCallsNeverShareAKeyWhateverTheyAreMadeOf() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, Object> made = new HashMap<>();
        for (int i = 0; i < 30_000; i++) {
            TenantId tenant = TenantId.of("t" + "a:.@-_1".substring(0, random.nextInt(8)));
            String name = "n" + nasty(random, 3);
            Object[] arguments = IntStream.range(0, random.nextInt(3))
                    .mapToObj(n -> random.nextInt(5) == 0 ? null : nasty(random, 4))
                    .toArray();
            CacheKey key = random.nextBoolean() || arguments.length != 1 || arguments[0] == null
                    ? CacheKey.of(name, arguments)
                    : CacheKey.row(name, arguments[0]);
            String text = keys.value(tenant, key);
            Object before = made.putIfAbsent(text, Map.entry(tenant, key));
            assertThat(before).as("seed %d, key %s", seed, text).isIn(null, Map.entry(tenant, key));
            assertThat(text).as("seed %d", seed).matches("sluice:\\{[A-Za-z0-9._:@|%+-]+}");
        }
    }

    @Test
    void whatBelongsToOneKeySharesASlotAndATenantsKeysAreSpread() {
        TenantId tenant = TenantId.of("acme");
        String key = keys.row(tenant, new Touched.Row("public.items", 7));
        assertThat(new String[] {key + ":v", key + ":l", key + ":m", key + ":g"})
                .extracting(SlotHash::getSlot)
                .containsOnly(SlotHash.getSlot(key + ":v"));
        long slots = IntStream.range(0, 1_000)
                .map(id -> SlotHash.getSlot(keys.row(tenant, new Touched.Row("public.items", id)) + ":v"))
                .distinct()
                .count();
        assertThat(slots).isGreaterThan(900);
    }

    @Test
    void aLongKeyIsShortenedWithoutLosingWhatItMeans() {
        TenantId tenant = TenantId.of("acme");
        String one = keys.value(tenant, CacheKey.of("m", "x".repeat(100_000) + "1"));
        String other = keys.value(tenant, CacheKey.of("m", "x".repeat(100_000) + "2"));
        assertThat(one).hasSizeLessThan(200).isNotEqualTo(other).startsWith("sluice:{acme|#|");
    }

    @Test
    void aRowsValueIsWhereTheRowsWritesLook() {
        TenantId tenant = TenantId.of("acme");
        assertThat(keys.value(tenant, CacheKey.row("public.items", 7)))
                .isEqualTo(keys.row(tenant, new Touched.Row("public.items", 7)))
                .isNotEqualTo(keys.row(tenant, new Touched.Row("public.items", "8")));
    }

    private static String nasty(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(NASTY.charAt(random.nextInt(NASTY.length())));
        }
        return text.toString();
    }
}
