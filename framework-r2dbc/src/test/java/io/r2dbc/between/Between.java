package io.r2dbc.between;

import java.util.function.Supplier;

/** What may lie between a user's code and Sluice, as the driver and its pools do: their packages are io.r2dbc. */
public final class Between {

    private Between() {}

    public static <T> T call(Supplier<T> next) {
        return next.get();
    }
}
