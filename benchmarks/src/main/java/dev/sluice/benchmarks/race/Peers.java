package dev.sluice.benchmarks.race;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.Credentials;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.RawWay;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** All who take part, with as many connections each; the first is whom the others are compared with. */
final class Peers {

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private Peers() {}

    static Map<String, Peer> of(ProductDatabase database, int connections) {
        PoolSettings pool = PoolSettings.ofMax(connections);
        Map<String, Peer> peers = new LinkedHashMap<>();
        peers.put("r2dbc-pool, by hand", new R2dbcPoolPeer(r2dbcPool(database, connections)));
        peers.put("Sluice, predicate", new SluicePeer(database.open(), Isolation.PREDICATE, pool));
        peers.put("Sluice, row-level security", new SluicePeer(database.locked(), Isolation.RLS, pool));
        peers.put(
                "Sluice, row-level security, nothing shared",
                new SluicePeer(
                        database.locked(),
                        Isolation.RLS,
                        pool.withPipelineDepth(1).withReadsPerStatement(1)));
        peers.put("Spring Data R2DBC", new SpringDataPeer(r2dbcPool(database, connections)));
        peers.put("Vert.x, pool", vertx(database.open(), connections, false));
        peers.put("Vert.x, pipelined client", vertx(database.open(), connections, true));
        peers.put("JDBC and HikariCP", new JdbcPeer(hikari(database.open(), connections)));
        return peers;
    }

    private static ConnectionPool r2dbcPool(ProductDatabase database, int connections) {
        return RawWay.pool(database.open().url(), database.open().credentials(Role.APP), connections, Duration.ZERO);
    }

    private static Peer vertx(TestDatabase database, int connections, boolean pipelined) {
        Credentials app = database.credentials(Role.APP);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(CORES));
        PgConnectOptions options = new PgConnectOptions()
                .setHost(database.host())
                .setPort(database.port())
                .setDatabase(database.name())
                .setUser(app.username())
                .setPassword(app.password())
                .setCachePreparedStatements(true);
        PoolOptions size = new PoolOptions().setMaxSize(connections).setEventLoopSize(CORES);
        Pool pool =
                PgBuilder.pool().with(size).connectingTo(options).using(vertx).build();
        return new VertxPeer(
                vertx,
                pipelined
                        ? PgBuilder.client()
                                .with(size)
                                .connectingTo(options)
                                .using(vertx)
                                .build()
                        : pool,
                pool);
    }

    private static HikariDataSource hikari(TestDatabase database, int connections) {
        Credentials app = database.credentials(Role.APP);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(app.username());
        config.setPassword(app.password());
        config.setMaximumPoolSize(connections);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        return new HikariDataSource(config);
    }
}
