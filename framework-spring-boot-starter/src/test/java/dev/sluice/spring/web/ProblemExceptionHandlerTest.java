package dev.sluice.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class ProblemExceptionHandlerTest {

    private final ProblemExceptionHandler handler =
            new ProblemExceptionHandler(new ProblemWriter(ServerCodecConfigurer.create()));
    private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/api/things"));

    private final Logger logger = (Logger) LoggerFactory.getLogger(ProblemExceptionHandler.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listenToTheLog() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
    }

    @Test
    void logsAnErrorOfTheDatabaseWithoutTheTextOfTheServer() {
        Throwable error = new R2dbcBadGrammarException("invalid input: hunter2", "42804");
        error.addSuppressed(new IllegalStateException("hunter2"));

        handler.handle(exchange, new IllegalStateException(error)).block();

        assertThat(logText())
                .contains(R2dbcBadGrammarException.class.getName(), "42804", "IllegalStateException")
                .contains("logsAnErrorOfTheDatabaseWithoutTheTextOfTheServer")
                .doesNotContain("hunter2");
    }

    @Test
    void logsEveryOtherErrorAsItIs() {
        handler.handle(exchange, new IllegalStateException("no such bean")).block();

        assertThat(logText()).contains("no such bean");
    }

    @Test
    void letsTheErrorOfAClientThatIsGonePass() {
        IOException gone = new IOException("Broken pipe");

        assertThatThrownBy(() -> handler.handle(exchange, gone).block()).hasCause(gone);
        assertThat(logged.list).isEmpty();
    }

    @Test
    void answersWhenItIsTheDatabaseThatIsGone() {
        Throwable gone = new R2dbcNonTransientResourceException(
                "db-host-7", "08006", new IOException("Connection reset by peer"));

        handler.handle(exchange, gone).block();

        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    }

    private String logText() {
        assertThat(logged.list).hasSize(1);
        ILoggingEvent event = logged.list.get(0);
        return event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }
}
