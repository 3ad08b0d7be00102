package dev.sluice.repository;

/** How a hand-written statement is kept within its tenant. */
public enum Scope {
    /** Sluice parses the statement and adds the tenant to every relation; what it cannot scope, it refuses. */
    REWRITTEN,
    /**
     * Row-level security alone: the statement is sent as it is written. Only with {@code isolation: rls};
     * each such statement is named in the log at start.
     */
    ROW_LEVEL_SECURITY
}
