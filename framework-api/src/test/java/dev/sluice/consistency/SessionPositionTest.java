package dev.sluice.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionPositionTest {

    private final SessionPosition session = SessionPosition.at(at(1, 100));

    private static Position at(int timeline, long lsn) {
        return new Position(timeline, new Lsn(lsn));
    }

    @Test
    void theHorizonRisesWithStandbysAndGoesWhenThePrimaryShowsAllBelowIt() {
        session.raise(at(1, 200), "r1", 20);
        session.raise(at(1, 150), "r2", 15);
        assertThat(session).returns(20L, SessionPosition::horizon).returns(at(1, 200), SessionPosition::seen);

        session.shown(19);
        assertThat(session.horizon()).isEqualTo(20);
        session.shown(20);
        assertThat(session.horizon()).isZero();
    }

    @Test
    void theHorizonSurvivesWhatElseHappensToASession() {
        session.raise(at(1, 200), "r1", 20);

        session.settle(at(1, 300), "primary", 0);
        session.addUnknownWrite();
        session.servedBy("r2");
        session.avoidCachesUntil(Instant.EPOCH);
        session.raise(at(1, 250));

        assertThat(session.horizon()).isEqualTo(20);
        assertThat(session.copy().horizon()).isEqualTo(20);
    }

    @Test
    void transactionsOfAnotherTimelineAreOthers() {
        session.raise(at(1, 200), "r1", 20);

        session.settle(at(2, 180), "r2", 0);
        assertThat(session.horizon()).isZero();
        session.raise(at(1, 200), "r1", 20);
        assertThat(session.horizon()).as("of a timeline that is over").isZero();
        session.raise(at(3, 100), "r3", 7);
        assertThat(session.horizon()).isEqualTo(7);
    }

    @Test
    void whoForgetsItsPositionForgetsTheHorizon() {
        session.raise(at(1, 200), "r1", 20);

        session.forget(at(1, 200));

        assertThat(session.horizon()).isZero();
    }
}
