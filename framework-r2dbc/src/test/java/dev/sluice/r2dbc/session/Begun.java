package dev.sluice.r2dbc.session;

import java.util.List;
import reactor.core.publisher.Mono;

/** A transaction whose first statement does nothing. */
public final class Begun {

    private Begun() {}

    public static Mono<Void> begin(Session session, String begin, List<Setting> settings) {
        Group nothing = new Group("nothing", settings, "select", new Object[0]);
        return session.rows(nothing.beginning(begin), row -> 1, 1).then();
    }
}
