package dev.sluice.r2dbc.session;

/** How far a stream has come. */
enum StreamPhase {
    /** The server works on a fetch. */
    FETCHING,
    /** The server waits for the next fetch. */
    SUSPENDED,
    /** The server waits for the Sync. */
    FINISHING,
    /** The Sync is sent. */
    SYNCED,
    /** The server is ready; nothing more comes. */
    READY
}
