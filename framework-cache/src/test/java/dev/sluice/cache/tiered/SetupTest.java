package dev.sluice.cache.tiered;

import static dev.sluice.cache.tiered.Redises.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.redis.RedisSetupException;
import dev.sluice.cache.tiered.Stock.Item;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.embedded.EmbeddedRedis;
import dev.sluice.testkit.network.FaultyLink;
import dev.sluice.transaction.Touched;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SetupTest {

    @Test
    void aWrongPasswordStopsTheStartAndIsNotTold() {
        try (EmbeddedRedis redis = EmbeddedRedis.start()) {
            Redises.command(redis.node(), "CONFIG SET requirepass right");
            String address = redis.node().host() + ":" + redis.node().port();
            assertThatThrownBy(() -> connect("redis://:gehe1m@" + address))
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("gehe1m");
            assertThatThrownBy(() -> connect("redis://" + address))
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageContaining("NOAUTH");
            connect("redis://:right@" + address).closeGracefully().block(PATIENCE);
        }
    }

    @Test
    void aRefusalIsHeardAlsoIfTheFirstConnectionsEndWithoutAWord() throws IOException {
        try (OldRedis old = new OldRedis(3)) {
            assertThatThrownBy(() -> connect("redis://127.0.0.1:" + old.port()))
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageContaining("expected: Redis 6.2 or newer, with RESP3");
        }
    }

    @Test
    void aServerThatSpeaksTheOldProtocolOnlyStopsTheStart() throws IOException {
        try (OldRedis old = new OldRedis(0)) {
            assertThatThrownBy(() -> connect("redis://127.0.0.1:" + old.port()))
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageContaining("expected: Redis 6.2 or newer, with RESP3");
        }
    }

    @Test
    void aMalformedUrlStopsTheStartAndIsNotTold() {
        for (String url : new String[] {"", "localhost:6379", "http://:gehe1m@localhost", "redis://"}) {
            assertThatIllegalArgumentException()
                    .as(url)
                    .isThrownBy(() -> connect(url))
                    .withMessageStartingWith("cache.url: malformed (expected: redis://host:port")
                    .withMessageNotContaining("gehe1m");
        }
    }

    @Test
    void aRedisThatIsNotThereYetIsUsedWhenItIs() {
        FaultyLink way =
                new FaultyLink(Redises.shared().host(), Redises.shared().port());
        way.refuse();
        TenantCache cache = connect("redis://127.0.0.1:" + way.port());
        assertThat(cache.status().sharedState()).isEqualTo(SharedState.OPEN);
        Stock stock = new Stock();
        stock.put("acme", "1", 1);
        assertThat(stock.find(cache.region(Stock.BY_ID), "acme", "1")
                        .block(PATIENCE)
                        .version())
                .isEqualTo(1);
        way.heal();

        Await.until(PATIENCE, () -> cache.status().tracking(), "it is connected");
        cache.closeGracefully().block(PATIENCE);
        way.close();
    }

    @Test
    void whatStandsUnderAKeyAndBelongsToAnotherIsRemovedAndNotServed() {
        var settings = Redises.settings(Redises.shared().url());
        Heard heard = new Heard();
        TieredCache cache = Redises.cache(settings, heard, tier -> tier);
        Stock stock = new Stock();
        stock.put("acme", "1", 1);
        stock.put("globex", "1", 100);
        var items = cache.region(Stock.BY_ID);
        Item foreign = stock.find(items, "globex", "1").block(PATIENCE);
        Keys keys = new Keys(settings.namespace());
        Touched.Row row = new Touched.Row(Stock.TABLE, "1");
        Redises.command(
                Redises.shared(),
                "COPY \"%s:v\" \"%s:v\""
                        .formatted(keys.row(TenantId.of("globex"), row), keys.row(TenantId.of("acme"), row)));

        assertThat(stock.find(items, "acme", "1").block(PATIENCE)).isNotEqualTo(foreign);
        assertThat(heard.count(CacheObserver.Tier.SHARED, CacheObserver.Result.UNREADABLE))
                .isEqualTo(1);

        String garbage = keys.row(TenantId.of("acme"), new Touched.Row(Stock.TABLE, "2"));
        Redises.command(
                Redises.shared(),
                "HSET \"%s:v\" %s garbage".formatted(garbage, Shape.variant(Stock.BY_ID, new CborCodec())));
        stock.put("acme", "2", 2);
        assertThat(stock.find(items, "acme", "2").block(PATIENCE).version()).isEqualTo(2);
        assertThat(heard.count(CacheObserver.Tier.SHARED, CacheObserver.Result.UNREADABLE))
                .isEqualTo(2);
        cache.closeGracefully().block(PATIENCE);
    }

    private static TenantCache connect(String url) {
        return TieredCache.connect(Redises.settings(url), new CborCodec(), CacheObserver.NONE)
                .block(PATIENCE);
    }

    /** Knows no HELLO. */
    private static final class OldRedis implements AutoCloseable {

        private static final byte[] NO =
                "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n".getBytes(StandardCharsets.US_ASCII);
        private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        private int silent;

        /** @param silent how many connections it ends before it says anything */
        OldRedis(int silent) throws IOException {
            this.silent = silent;
            Thread thread = new Thread(this::serve, "old-redis");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    while (client.getInputStream().read(new byte[4096]) > 0 && silent-- <= 0) {
                        client.getOutputStream().write(NO);
                    }
                } catch (IOException closed) {
                    continue;
                }
            }
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
