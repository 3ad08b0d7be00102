package dev.sluice.replica;

import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import java.util.List;
import reactor.core.publisher.Mono;

/** A transaction whose first statement does nothing. */
final class Begun {

    private Begun() {}

    static Mono<Void> begin(Session session, String begin, List<Setting> settings) {
        Group nothing = new Group("nothing", settings, "select", new Object[0]);
        return session.rows(nothing.beginning(begin), row -> 1, 1).then();
    }
}
