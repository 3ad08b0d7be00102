package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Deadline;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streams a query inside a transaction through a cursor in SQL. Each fetch is a call of its own, so that other calls of
 * the transaction run in between: a portal would hold the connection until the last row, and work on its rows that needs
 * the same connection would wait for ever (P2).
 *
 * @param <T> the type of a row
 */
final class Cursor<T> {

    private final Scope scope;
    private final String operation;
    private final Function<? super Readable, ? extends T> mapper;
    private final int fetchSize;
    private final String name = "sluice_" + UUID.randomUUID().toString().replace("-", "");

    Cursor(Scope scope, String operation, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        this.scope = scope;
        this.operation = operation;
        this.mapper = mapper;
        this.fetchSize = fetchSize;
    }

    /**
     * @param query makes the group of the query
     * @param deadline by when each of the calls must be done
     */
    Flux<T> rows(Function<List<Setting>, Group> query, Deadline deadline) {
        return Flux.usingWhen(
                Mono.just(this),
                cursor -> cursor.declare(query, deadline).thenMany(cursor.fetchAll(deadline)),
                cursor -> cursor.close(deadline));
    }

    private Mono<Void> declare(Function<List<Setting>, Group> query, Deadline deadline) {
        return scope.call(operation, deadline, false, (session, settings) -> {
                    Group group = query.apply(settings);
                    String sql = "DECLARE " + name + " NO SCROLL CURSOR FOR " + group.sql();
                    return effect(session, new Group(group.name(), group.settings(), sql, group.parameters()));
                })
                .then();
    }

    private Flux<T> fetchAll(Deadline deadline) {
        return fetch(deadline)
                .repeat()
                .takeUntil(rows -> rows.size() < fetchSize)
                .concatMapIterable(rows -> rows, 1);
    }

    private Mono<List<T>> fetch(Deadline deadline) {
        String sql = "FETCH " + fetchSize + " FROM " + name;
        return scope.call(
                operation,
                deadline,
                false,
                (session, settings) -> session.rows(group(sql, settings), mapper, fetchSize));
    }

    // An ended transaction has closed its cursors.
    private Mono<Void> close(Deadline deadline) {
        return scope.call(
                        operation,
                        deadline,
                        false,
                        (session, settings) -> effect(session, group("CLOSE " + name, settings)))
                .onErrorComplete()
                .then();
    }

    // As rows, of which there are none: what counts changed rows is taken for a write, and has no place on a replica.
    private static Mono<List<Boolean>> effect(Session session, Group group) {
        return session.rows(group, row -> true, 1);
    }

    private Group group(String sql, List<Setting> settings) {
        return new Group(operation, settings, sql, new Object[0]);
    }
}
