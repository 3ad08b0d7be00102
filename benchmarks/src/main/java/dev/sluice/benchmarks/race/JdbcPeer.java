package dev.sluice.benchmarks.race;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.benchmarks.database.Product;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Through JDBC and HikariCP, each caller on a platform thread of his own. */
final class JdbcPeer implements Peer {

    private static final String FIND = Statements.jdbc(Statements.FIND);
    private static final String PAGE = Statements.jdbc(Statements.PAGE);
    private static final String INSERT = Statements.jdbc(Statements.INSERT);
    private static final String UPDATE = "update products set amount = ? where tenant_id = ? and id = ?";

    private final HikariDataSource pool;

    JdbcPeer(HikariDataSource pool) {
        this.pool = pool;
    }

    @Override
    public boolean blocks() {
        return true;
    }

    @Override
    public Publisher<?> find(String tenant, long id) {
        return on(connection -> find(connection, tenant, id));
    }

    private static Product find(Connection connection, String tenant, long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, tenant);
            statement.setLong(2, id);
            return products(statement).get(0);
        }
    }

    @Override
    public Publisher<?> page(String tenant) {
        return on(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
                statement.setString(1, tenant);
                return products(statement);
            }
        });
    }

    private static List<Product> products(PreparedStatement statement) throws SQLException {
        List<Product> products = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                products.add(new Product(rows.getLong(1), rows.getString(2), rows.getLong(3)));
            }
        }
        return products;
    }

    @Override
    public Publisher<?> insert(String tenant, Product product) {
        return on(connection -> insert(connection, tenant, List.of(product)));
    }

    @Override
    public Publisher<?> transaction(String tenant, long id, Product product) {
        return inTransaction(connection -> {
            Product found = find(connection, tenant, id);
            try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                update.setLong(1, found.amount() + 1);
                update.setString(2, tenant);
                update.setLong(3, id);
                update.executeUpdate();
            }
            return insert(connection, tenant, List.of(product));
        });
    }

    @Override
    public Publisher<?> insertAll(String tenant, List<Product> products) {
        return inTransaction(connection -> insert(connection, tenant, products));
    }

    private static int insert(Connection connection, String tenant, List<Product> products) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            for (Product product : products) {
                statement.setString(1, tenant);
                statement.setLong(2, product.id());
                statement.setString(3, product.name());
                statement.setLong(4, product.amount());
                statement.addBatch();
            }
            return statement.executeBatch().length;
        }
    }

    private <T> Mono<T> on(Work<T> work) {
        return Mono.fromCallable(() -> {
            try (Connection connection = pool.getConnection()) {
                return work.with(connection);
            }
        });
    }

    private <T> Mono<T> inTransaction(Work<T> work) {
        return on(connection -> {
            connection.setAutoCommit(false);
            T result = work.with(connection);
            connection.commit();
            return result;
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(pool::close);
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }
}
