package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class LateErrorsTest {

    private static final Throwable OF_SERVER = new R2dbcBadGrammarException("invalid input: \"a value\"", "22P02");

    private final List<Throwable> logged = new ArrayList<>();

    @BeforeEach
    void listen() {
        Hooks.onErrorDropped(logged::add);
    }

    @AfterEach
    void listenNoMore() {
        Hooks.resetOnErrorDropped();
    }

    @Test
    void whatTheServerSaysIsNotLogged() {
        answerLate(OF_SERVER, Access.tenant("acme")::apply);
        answerLate(new IllegalStateException(OF_SERVER), Access.tenant("acme")::apply);
        assertThat(logged).isEmpty();
    }

    // The control: Reactor would have.
    @Test
    void withoutAnAccessItWouldBe() {
        answerLate(OF_SERVER, context -> context);
        assertThat(logged).containsExactly(OF_SERVER);
    }

    @Test
    void anyOtherErrorIsLoggedAsEver() {
        Throwable mistake = new IllegalStateException("a mistake");
        answerLate(mistake, Access.tenant("acme")::apply);
        assertThat(logged).containsExactly(mistake);
    }

    @Test
    void whoHearsThemAlreadyGoesOn() {
        List<Throwable> heard = new ArrayList<>();
        Consumer<Throwable> hearer = heard::add;
        answerLate(
                OF_SERVER, context -> Access.tenant("acme").apply(context.put("reactor.onErrorDropped.local", hearer)));
        assertThat(heard).containsExactly(OF_SERVER);
    }

    private static void answerLate(Throwable error, UnaryOperator<Context> change) {
        TestPublisher<Integer> server = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        server.flux().map(value -> value).contextWrite(change).subscribe();
        server.complete();
        server.error(error);
    }
}
