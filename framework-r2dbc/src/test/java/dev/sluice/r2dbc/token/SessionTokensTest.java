package dev.sluice.r2dbc.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokensTest {

    private static final OptionalLong CLUSTER = OptionalLong.of(7_575_117_364_921_600_001L);
    private static final OptionalLong OTHER = OptionalLong.of(42);
    private static final Position SEEN = new Position(3, Lsn.parse("FFFFFFFF/B374D848"));

    private final SessionTokens tokens = new SessionTokens(List.of("newest", "older"));

    @Test
    void whatASessionHasSeenComesBackExactly() {
        assertThat(there(SessionPosition.none())).returns(null, SessionPosition::seen);
        assertThat(there(SessionPosition.at(SEEN)))
                .returns(SEEN, SessionPosition::seen)
                .returns(0, SessionPosition::unknownWrites);
        assertThat(there(SessionPosition.unknown()))
                .returns(null, SessionPosition::seen)
                .returns(1, SessionPosition::unknownWrites);
    }

    @Test
    void aPositionAndUnknownWritesTravelTogetherAndTheirNumberBecomesOne() {
        SessionPosition session = SessionPosition.at(SEEN);
        session.addUnknownWrite();
        session.addUnknownWrite();

        assertThat(there(session)).returns(SEEN, SessionPosition::seen).returns(1, SessionPosition::unknownWrites);
    }

    @Test
    void aTokenIsSmallAndFitForAHeader() {
        assertThat(tokens.issue(SessionPosition.at(SEEN), CLUSTER)).matches("[A-Za-z0-9_-]{51}");
    }

    @Test
    void untilWhenASessionAvoidsCachesTravelsAndEndsByItself() {
        Instant inAnHour = Instant.now().plus(Duration.ofHours(1));
        SessionPosition session = SessionPosition.at(SEEN).avoidCachesUntil(inAnHour);
        session.addUnknownWrite();

        assertThat(tokens.issue(session, CLUSTER)).matches("[A-Za-z0-9_-]{56}");
        assertThat(there(session))
                .returns(SEEN, SessionPosition::seen)
                .returns(1, SessionPosition::unknownWrites)
                .satisfies(read -> assertThat(read.avoidsCachesUntil()).isBetween(inAnHour, inAnHour.plusSeconds(1)));
        assertThat(there(SessionPosition.at(SEEN)).avoidsCachesUntil()).isNull();
        assertThat(there(SessionPosition.at(SEEN).avoidCachesUntil(Instant.EPOCH))
                        .avoidsCachesUntil())
                .as("over: no part of the token any more")
                .isNull();
    }

    @Test
    void whatThePrimaryMayNotShowYetTravelsUntilItDoes() {
        SessionPosition session = SessionPosition.at(SEEN);
        session.raise(SEEN, "r1", 4_294_967_296L);

        assertThat(tokens.issue(session, CLUSTER)).matches("[A-Za-z0-9_-]{62}");
        assertThat(there(session))
                .returns(SEEN, SessionPosition::seen)
                .returns(4_294_967_296L, SessionPosition::horizon);
        session.avoidCachesUntil(Instant.now().plus(Duration.ofHours(1)));
        assertThat(there(session))
                .returns(4_294_967_296L, SessionPosition::horizon)
                .satisfies(read -> assertThat(read.avoidsCachesUntil()).isNotNull());

        session.shown(4_294_967_296L);
        assertThat(there(session)).returns(0L, SessionPosition::horizon);
    }

    @Test
    void tokensFromBeforeThereWasACacheAreStillRead() {
        byte[] payload = ByteBuffer.allocate(22)
                .put((byte) 1)
                .put((byte) 0)
                .putLong(CLUSTER.getAsLong())
                .putInt(SEEN.timeline())
                .putLong(SEEN.lsn().value())
                .array();

        assertThat(tokens.read(new Seal("sluice session", List.of("older")).seal("", payload), CLUSTER))
                .returns(SEEN, SessionPosition::seen)
                .returns(null, SessionPosition::avoidsCachesUntil);
    }

    @Test
    void theNewestSecretSignsAndAllAreAccepted() {
        SessionPosition session = SessionPosition.at(SEEN);
        String old = new SessionTokens(List.of("older")).issue(session, CLUSTER);
        SessionTokens later = new SessionTokens(List.of("newest"));

        assertThat(tokens.read(old, CLUSTER).seen()).isEqualTo(SEEN);
        assertThat(later.read(tokens.issue(session, CLUSTER), CLUSTER).seen()).isEqualTo(SEEN);
        assertIsRefused(later, old, "not of this fleet");
        assertIsRefused(new SessionTokens(List.of()), old, "not of this fleet");
    }

    @Test
    void aTokenOfAnotherClusterIsRefusedUnlessOneOfTheTwoIsNotKnown() {
        String token = tokens.issue(SessionPosition.at(SEEN), OTHER);
        String ofNobodyKnowsWhat = tokens.issue(SessionPosition.at(SEEN), OptionalLong.empty());

        assertIsRefused(tokens, token, "of another database cluster");
        assertThatCode(() -> tokens.read(token, OTHER)).doesNotThrowAnyException();
        assertThatCode(() -> tokens.read(token, OptionalLong.empty())).doesNotThrowAnyException();
        assertThatCode(() -> tokens.read(ofNobodyKnowsWhat, CLUSTER)).doesNotThrowAnyException();
    }

    @Test
    void noCharacterOfATokenCanBeChangedLeftOutOrAdded() {
        String token = tokens.issue(SessionPosition.at(SEEN), CLUSTER);
        for (int i = 0; i < token.length(); i++) {
            for (char other : new char[] {'A', 'B', 'E', 'Q', 'g', '_', '-'}) {
                if (token.charAt(i) != other) {
                    assertIsRefused(tokens, token.substring(0, i) + other + token.substring(i + 1), "changed");
                }
            }
            assertIsRefused(tokens, token.substring(0, i), "changed");
        }
        assertIsRefused(tokens, token + "A", "changed");
        assertIsRefused(tokens, token + "=", "changed");
        assertIsRefused(tokens, token + token, "changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "garbage", "ü€", "a b", "a\r\nb", "AAAA", "\u0000"})
    void whatIsNoTokenIsRefused(String text) {
        assertIsRefused(tokens, text, "malformed");
    }

    @Test
    void anOversizedTokenIsRefusedWithTheNumbersAndWithoutBeingDecoded() {
        assertIsRefused(tokens, "A".repeat(100_000), "100000 characters long (at most 128)");
    }

    @Test
    void aTextThatWasSealedForAnotherPurposeIsNoToken() {
        byte[] payload = Base64.getUrlDecoder().decode(tokens.issue(SessionPosition.at(SEEN), CLUSTER));
        byte[] same = Arrays.copyOf(payload, payload.length - 16);

        assertIsRefused(tokens, new Seal("sluice cursor", List.of("newest")).seal("", same), "changed");
        assertThatCode(() -> tokens.read(new Seal("sluice session", List.of("newest")).seal("", same), CLUSTER))
                .doesNotThrowAnyException();
    }

    @Test
    void aTokenOfAnotherFormatIsRefused() {
        Seal seal = new Seal("sluice session", List.of("newest"));

        assertIsRefused(tokens, seal.seal("", new byte[0]), "another version");
        assertIsRefused(tokens, seal.seal("", new byte[22]), "another version");
        assertIsRefused(tokens, seal.seal("", new byte[] {1, 0}), "another version");
        assertIsRefused(tokens, seal.seal("", Arrays.copyOf(new byte[] {1, 2}, 22)), "another version");
        assertIsRefused(tokens, seal.seal("", Arrays.copyOf(new byte[] {1, 0}, 26)), "another version");
    }

    private SessionPosition there(SessionPosition session) {
        return tokens.read(tokens.issue(session, CLUSTER), CLUSTER);
    }

    private static void assertIsRefused(SessionTokens tokens, String token, String reason) {
        assertThatThrownBy(() -> tokens.read(token, CLUSTER))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(token.length() < 6 || !e.getMessage().contains(token))
                        .as("does not repeat the token")
                        .isTrue());
    }
}
