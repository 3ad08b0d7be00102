package dev.sluice.r2dbc.session;

import io.r2dbc.postgresql.message.frontend.FrontendMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * What a stream says in its exchange, one message at a time. The driver's own {@code send} refuses a message while another
 * thread is still in the exchange's first one. Used by one thread at a time.
 */
final class Outgoing {

    private final Sinks.Many<FrontendMessage> sink =
            Sinks.unsafe().many().unicast().onBackpressureBuffer();
    private @Nullable Message last;

    Flux<FrontendMessage> messages() {
        return sink.asFlux();
    }

    // A connection that closes meanwhile takes nothing more; the exchange tells the subscriber.
    void say(Message message) {
        last = message;
        if (sink.tryEmitNext(message).isFailure()) {
            message.releaseUnsent();
        }
    }

    void end() {
        sink.tryEmitComplete();
    }

    void releaseUnsent() {
        if (last != null) {
            last.releaseUnsent();
        }
    }
}
