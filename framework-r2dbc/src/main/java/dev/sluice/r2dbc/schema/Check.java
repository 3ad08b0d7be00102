package dev.sluice.r2dbc.schema;

/**
 * A query that answers a row for each hole: what is open, and the statements that mend it, an array.
 *
 * @param name for errors
 * @param ofPolicies whether it matters only where row-level security is the second lock
 * @param sql the query, beneath {@link CheckedDatabase#FACTS}
 */
record Check(String name, boolean ofPolicies, String sql) {}
