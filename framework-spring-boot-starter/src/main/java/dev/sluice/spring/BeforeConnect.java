package dev.sluice.spring;

/**
 * What must be done before Sluice connects, as bringing the schema up to date. Beans of this type run in
 * their order.
 */
@FunctionalInterface
public interface BeforeConnect {

    /** Does it, on the thread that starts the application; an exception stops the start. */
    void run();
}
