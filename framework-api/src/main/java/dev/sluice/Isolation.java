package dev.sluice;

/** What keeps tenants apart. */
public enum Isolation {
    /** Row-level security beneath scoped SQL: two locks on every row. The default. */
    RLS,
    /** Scoped SQL alone. There is no plain {@code ConnectionFactory}. */
    PREDICATE
}
