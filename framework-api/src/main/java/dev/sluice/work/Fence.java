package dev.sluice.work;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The right to write as long as nobody has taken over: the epoch of a lease. While one is in the Reactor Context every
 * statement that writes, and every transaction that may, checks it in the same transaction, on the server: once the epoch has
 * moved they fail with {@link LeaseLostException} and change nothing. Workers have theirs in the Context; nothing needs to be done.
 *
 * @param lease the name of the lease
 * @param epoch raised each time the lease is taken
 */
public record Fence(String lease, long epoch) implements Function<Context, Context> {

    /**
     * Reads a Context.
     *
     * @param context the Context
     * @return the fence; null if whoever writes holds no lease
     */
    public static @Nullable Fence from(ContextView context) {
        return context.<@Nullable Fence>getOrDefault(Fence.class, null);
    }

    /** For {@code contextWrite}. */
    @Override
    public Context apply(Context context) {
        return context.put(Fence.class, this);
    }

    @Override
    public String toString() {
        return "%s (epoch %d)".formatted(lease, epoch);
    }
}
