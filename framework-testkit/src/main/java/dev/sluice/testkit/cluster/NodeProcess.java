package dev.sluice.testkit.cluster;

/** What a provider can do to the processes of one node. Every method returns when it is done, or throws. */
public interface NodeProcess {

    /** Starts the server and waits until it accepts connections. No effect when it runs. */
    void start();

    /**
     * Stops the server in order: sessions are cut, nothing is lost ("fast"). No effect when it is stopped.
     */
    void stop();

    /** Ends the server's processes as a power failure would. */
    void kill();

    /** Suspends every process of the server: connections stay open and nothing answers. */
    void freeze();

    /** Lets a frozen server go on. */
    void thaw();
}
