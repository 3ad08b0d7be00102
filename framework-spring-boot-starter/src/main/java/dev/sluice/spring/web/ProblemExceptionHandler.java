package dev.sluice.spring.web;

import dev.sluice.spring.RedactedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;

/**
 * Answers every error that nobody has handled, from filters, routing and handlers, with a problem document.
 */
final class ProblemExceptionHandler implements ErrorWebExceptionHandler, Ordered {

    private static final Logger log = LoggerFactory.getLogger(ProblemExceptionHandler.class);

    private final ProblemWriter writer;

    ProblemExceptionHandler(ProblemWriter writer) {
        this.writer = writer;
    }

    /** Before Spring's own, which is at 0 and writes no body. */
    @Override
    public int getOrder() {
        return -2;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        if (exchange.getResponse().isCommitted() || isClientGone(error)) {
            return Mono.error(error);
        }
        Problem problem = Problems.of(error);
        if (problem.status() == ProblemCode.INTERNAL.status()) {
            log.error(
                    "{} {} failed",
                    exchange.getRequest().getMethod(),
                    exchange.getRequest().getPath().value(),
                    RedactedException.of(error));
        }
        return writer.write(exchange, problem);
    }

    // A connection to the database that is reset looks the same, but then the client waits for an answer.
    private static boolean isClientGone(Throwable error) {
        return !RedactedException.isOfDatabase(error) && DisconnectedClientHelper.isClientDisconnectedException(error);
    }
}
