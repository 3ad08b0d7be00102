package dev.sluice.benchmarks.race;

/** What the peers send that take SQL, with the parameters of PostgreSQL. */
final class Statements {

    static final String FIND = "select id, name, amount from products where tenant_id = $1 and id = $2";
    static final String PAGE = "select id, name, amount from products where tenant_id = $1 order by id limit 50";
    static final String INSERT = "insert into products (tenant_id, id, name, amount) values ($1, $2, $3, $4)";
    static final String UPDATE = "update products set amount = $3 where tenant_id = $1 and id = $2";

    private Statements() {}

    /** The same with the parameters of JDBC; the order of all but the update's is the same. */
    static String jdbc(String sql) {
        return sql.replaceAll("\\$\\d", "?");
    }
}
