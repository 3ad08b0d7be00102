package dev.sluice.r2dbc.repository;

import org.jspecify.annotations.Nullable;

/** Runs one method of a repository. One object per method, with everything compiled that can be. */
@FunctionalInterface
interface Invoker {

    /**
     * Answers a cold publisher.
     *
     * @param arguments the method's arguments
     * @throws IllegalArgumentException if an argument is null that may not be
     */
    Object invoke(@Nullable Object[] arguments);
}
