package dev.sluice.r2dbc.repository;

import static dev.sluice.r2dbc.repository.RepositoryFixture.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Isolation;
import dev.sluice.Sluice;
import dev.sluice.repository.InvalidCursorException;
import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Sort;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Mono;

/** What pages promise: one after another they are the whole in its order, and a cursor opens nothing else. */
@SluiceTest(migrations = RepositoryFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageContract {

    private static final int ROWS = 120;

    private final Isolation isolation;
    private final TestDatabase database;
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<Item> whole = new ArrayList<>();
    private Sluice sluice;
    private Items items;

    PageContract(Isolation isolation, TestDatabase database) {
        this.isolation = isolation;
        this.database = database;
    }

    @BeforeAll
    void connect() {
        sluice = RepositoryFixture.connect(database, isolation);
        items = sluice.repository(Items.class);
        IntStream.range(0, ROWS).forEach(i -> whole.add(randomItem()));
        as("acme", items.insertAll(whole));
        as("globex", items.insertAll(whole));
    }

    @AfterAll
    void close() {
        sluice.closeGracefully().block(RepositoryFixture.WAIT);
    }

    @Test
    void pagesOneAfterAnotherAreTheWholeInItsOrder() {
        for (int round = 0; round < 20; round++) {
            Sort[] order = randomOrder();
            int limit = 4 + random.nextInt(40);
            List<Item> read = readAll(PageRequest.of(limit).sortBy(order), items::findPage);

            assertThat(read)
                    .as("seed %d, round %d, %s", seed, round, List.of(order))
                    .isEqualTo(sorted(order));
        }
    }

    @Test
    void pagesOfAFragmentHaveItsOrderOrTheOneAskedFor() {
        Function<PageRequest, Mono<Page<Item>>> all = request -> items.matching("%", request);

        assertThat(readAll(PageRequest.of(7), all))
                .as("seed %d", seed)
                .isEqualTo(sorted(Sort.descending("rank"), Sort.ascending("name")));
        Sort[] order = randomOrder();
        assertThat(readAll(PageRequest.of(11).sortBy(order), all))
                .as("seed %d, %s", seed, List.of(order))
                .isEqualTo(sorted(order));
    }

    @Test
    void aFragmentFiltersItsPages() {
        List<Item> read = readAll(PageRequest.of(3), request -> items.matching("a%", request));

        assertThat(read)
                .as("seed %d", seed)
                .isNotEmpty()
                .allMatch(item -> item.name().startsWith("a")
                        || item.note() != null && item.note().startsWith("a"));
    }

    @Test
    void thePageBehindTheLastRowHasNoCursor() {
        Page<Item> all = as("acme", items.findPage(PageRequest.of(ROWS)));

        assertThat(all.items()).hasSize(ROWS);
        assertThat(all.next()).isNull();
        assertThat(as("initech", items.findPage(PageRequest.of(10)))).isEqualTo(new Page<Item>(List.of(), null));
    }

    @Test
    void aCursorOpensNeitherAnotherTenantNorQueryNorOrder() {
        String cursor = as("acme", items.findPage(PageRequest.of(3))).next();
        PageRequest next = PageRequest.of(3).after(cursor);

        assertThat(as("acme", items.findPage(next)).items()).hasSize(3);
        assertRefused("globex", items.findPage(next));
        assertRefused("acme", items.matching("%", next));
        assertRefused("acme", items.findPage(next.sortBy(Sort.ascending("name"))));
        assertRefused("acme", items.findPage(next.sortBy(Sort.descending("id"))));
    }

    @Test
    void aBrokenTamperedOrOversizedCursorIsRefused() {
        String cursor = as("acme", items.findPage(PageRequest.of(3))).next();

        for (int i = 0; i < cursor.length(); i++) {
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String tampered = cursor.substring(0, i) + other + cursor.substring(i + 1);
            assertRefused("acme", items.findPage(PageRequest.of(3).after(tampered)));
        }
        for (String broken : List.of("", "x", "%", "a b", "'; drop table items; --", cursor + "A", "A".repeat(5_000))) {
            assertRefused("acme", items.findPage(PageRequest.of(3).after(broken)));
        }
        assertThat(cursor.length()).isLessThan(120);
    }

    @Test
    void anUnknownPropertyIsRefusedWithTheOnesThereAre() {
        assertThatThrownBy(() -> as("acme", items.findPage(PageRequest.of(3).sortBy(Sort.ascending("name; --")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sort: no such property (expected one of: id, name,");
        Sort name = Sort.ascending("name");
        assertThatThrownBy(() -> as("acme", items.findPage(PageRequest.of(3).sortBy(name, name))))
                .hasMessageContaining("'name' twice");
    }

    private void assertRefused(String tenant, Mono<Page<Item>> page) {
        assertThatThrownBy(() -> as(tenant, page)).isInstanceOf(InvalidCursorException.class);
    }

    private List<Item> readAll(PageRequest first, Function<PageRequest, Mono<Page<Item>>> query) {
        List<Item> read = new ArrayList<>();
        PageRequest request = first;
        while (request != null) {
            Page<Item> page = as("acme", query.apply(request));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(first.limit());
            read.addAll(page.items());
            assertThat(read).hasSizeLessThanOrEqualTo(ROWS);
            request = page.next() == null ? null : first.after(page.next());
        }
        return read;
    }

    private Item randomItem() {
        String name = pick("a", "ab", "b", "Ä", "'", "\"", "", "zz");
        return new Item(
                UUID.randomUUID(),
                name,
                random.nextInt(3) == 0 ? null : pick("a", "a b", "%", "\\", ""),
                random.nextInt(3) == 0 ? null : BigDecimal.valueOf(random.nextInt(5) - 2, 4),
                random.nextInt(3) == 0 ? null : random.nextInt(5),
                random.nextBoolean() ? Mood.CALM : Mood.STORMY,
                Instant.ofEpochSecond(0, 1_000L * random.nextInt(4)),
                random.nextInt(3));
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }

    private Sort[] randomOrder() {
        List<String> properties =
                new ArrayList<>(List.of("name", "note", "amount", "rank", "mood", "createdAt", "version", "id"));
        java.util.Collections.shuffle(properties, random);
        return properties.stream()
                .limit(1 + random.nextInt(4))
                .map(name -> random.nextBoolean() ? Sort.ascending(name) : Sort.descending(name))
                .toArray(Sort[]::new);
    }

    /** What PostgreSQL says, asked without pages. */
    private List<Item> sorted(Sort... order) {
        List<String> keys = new ArrayList<>();
        boolean allDescending = true;
        for (Sort sort : order) {
            boolean descending = sort.direction() == Sort.Direction.DESCENDING;
            allDescending &= descending;
            String column = sort.property().equals("createdAt") ? "created_at" : sort.property();
            keys.add(column + (descending ? " desc" : "") + " nulls last");
        }
        keys.add("id" + (allDescending ? " desc" : ""));
        List<String> ids = database
                .rows(
                        Role.OWNER,
                        "select id::text from items where tenant_id = 'acme' order by " + String.join(", ", keys))
                .stream()
                .map(row -> (String) row.get(0))
                .toList();
        return whole.stream()
                .sorted(Comparator.comparingInt(item -> ids.indexOf(item.id().toString())))
                .map(PageContract::asStored)
                .toList();
    }

    private static Item asStored(Item item) {
        @Nullable BigDecimal amount = item.amount();
        return amount == null ? item : item.of(amount.setScale(4));
    }
}
