package dev.sluice.testkit.cluster;

/**
 * The Redis of a cluster, and what a test may do to it. It persists nothing: a restart empties it.
 *
 * @param host where it listens
 * @param port where it listens; the same after a restart
 * @param process what the provider can do to it
 */
public record RedisNode(String host, int port, NodeProcess process) {

    /** {@code redis://host:port}. */
    public String url() {
        return "redis://" + host + ":" + port;
    }

    /** Starts a stopped or killed server and waits until it answers. */
    public void start() {
        process.start();
    }

    /** Stops the server in order. */
    public void stop() {
        process.stop();
    }

    /** Ends the server as a crash would: connections are reset. */
    public void kill() {
        process.kill();
    }

    /** Suspends the server: its connections stay open and nothing answers, until {@link #thaw()}. */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen server go on. */
    public void thaw() {
        process.thaw();
    }

    @Override
    public String toString() {
        return url();
    }
}
