package dev.sluice.r2dbc.transaction;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Access;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Settlements are told where their commit lies, when the leases have sampled it. */
@SluiceTest
class CommitPositionTest {

    private static TestDatabase database;
    private final SessionPosition session = SessionPosition.none();
    private final Told told = new Told();

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(database);
    }

    @AfterEach
    void empty() {
        database.execute(Role.OWNER, "truncate items");
    }

    /** What a settlement is told. */
    private static final class Told implements Settlement {

        private final List<String> events = new CopyOnWriteArrayList<>();
        private @Nullable Lsn before;
        private @Nullable Lsn committedAt;

        @Override
        public Mono<Void> beforeCommit(Touched touched) {
            return Mono.fromRunnable(() -> before = insertLsn())
                    .subscribeOn(Schedulers.boundedElastic())
                    .then();
        }

        @Override
        public Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
            return Mono.fromRunnable(() -> {
                events.add("committed");
                committedAt = lsn;
            });
        }

        @Override
        public Mono<Void> afterRollback() {
            return Mono.fromRunnable(() -> events.add("rolled back"));
        }
    }

    @Test
    void aSettlementIsToldWhereItsCommitLies() {
        insertIn(sampling());

        assertThat(told.committedAt).isGreaterThan(told.before).isLessThanOrEqualTo(insertLsn());
        assertThat(session.seen().lsn()).isEqualTo(told.committedAt);
        assertThat(session.node()).isEqualTo(SamplingLeases.NODE);
    }

    // The negative control: who samples nothing knows nothing.
    @Test
    void aSettlementIsToldNothingWhenNobodyAsked() {
        insertIn(new ItemsNode(database, 2));

        assertThat(told.events).containsExactly("committed");
        assertThat(told.committedAt).isNull();
        assertThat(session.seen()).isNull();
    }

    @Test
    void aSettlementIsToldNothingWhileItsSessionHasAWriteThatIsNotPlaced() {
        session.addUnknownWrite();

        insertIn(sampling());

        assertThat(told.events).containsExactly("committed");
        assertThat(told.committedAt).isNull();
    }

    @Test
    void aCommitThatTheServerRefusesHasNoPosition() {
        database.execute(
                Role.OWNER,
                "create function refuse() returns trigger language plpgsql as"
                        + " 'begin raise exception ''refused''; end';"
                        + " create constraint trigger at_commit after insert on items initially deferred"
                        + " for each row execute function refuse()");
        try {
            assertThatThrownBy(() -> insertIn(sampling())).hasMessageContaining("refused");
        } finally {
            database.execute(Role.OWNER, "drop function refuse() cascade");
        }

        assertThat(told.events).containsExactly("rolled back");
        assertThat(session.seen()).isNull();
    }

    private void insertIn(ItemsNode node) {
        try (node) {
            node.transactions()
                    .inTransaction(TransactionOptions.DEFAULT, () -> TransactionHandle.current()
                            .doOnNext(handle -> handle.register(told))
                            .then(node.insert(1, "one")))
                    .contextWrite(Access.tenant("acme").session(session))
                    .block(MOST);
        }
    }

    private static ItemsNode sampling() {
        return new ItemsNode(database, 2, settings -> settings, SamplingLeases::over);
    }

    private static Lsn insertLsn() {
        return Lsn.parse(database.value(Role.OWNER, String.class, "select pg_current_wal_insert_lsn()::text"));
    }
}
