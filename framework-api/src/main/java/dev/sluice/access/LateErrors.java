package dev.sluice.access;

import io.r2dbc.spi.R2dbcException;
import java.util.function.Consumer;
import reactor.core.publisher.Operators;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.context.Context;

/**
 * Hears errors that come when their call has ended already, as when the server answers at the moment of a timeout. Reactor would log
 * them whole, and the server's words may hold values of rows.
 */
final class LateErrors implements Consumer<Throwable> {

    /** Where Reactor looks in a Context before it logs. */
    private static final String KEY = "reactor.onErrorDropped.local";

    private static final Logger LOG = Loggers.getLogger(LateErrors.class);
    private static final LateErrors INSTANCE = new LateErrors();

    private LateErrors() {}

    /** @return the Context, in which nothing that the server says is logged; one that has a hearer keeps it */
    static Context heardIn(Context context) {
        return context.hasKey(KEY) ? context : context.put(KEY, INSTANCE);
    }

    @Override
    public void accept(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcException ofServer) {
                LOG.debug(
                        "came after its call had ended: {} (SQLSTATE {})",
                        error.getClass().getName(),
                        ofServer.getSqlState());
                return;
            }
        }
        Operators.onErrorDropped(error, Context.empty());
    }
}
