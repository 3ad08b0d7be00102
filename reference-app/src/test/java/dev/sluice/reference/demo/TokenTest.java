package dev.sluice.reference.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.reference.ServiceTest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

class TokenTest extends ServiceTest {

    @Autowired
    private DemoTokens tokens;

    private static JWTClaimsSet.Builder acme() {
        return new JWTClaimsSet.Builder()
                .claim("tenant_id", "acme")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private String signed(JWTClaimsSet.Builder claims) throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        token.sign(new MACSigner(tokens.key()));
        return token.serialize();
    }

    /** A read and a write; neither may pass, and the write leaves nothing. */
    private void refused(WebTestClient client, int status, String code) {
        Map<String, Long> before = rowCounts();
        problem(client.get().uri("/api/scenarios"), status, code);
        problem(client.post().uri("/api/scenarios").bodyValue(Map.of("name", "n", "industry", "i")), status, code);
        assertThat(rowCounts()).isEqualTo(before);
    }

    @Test
    void aTokenOfOursIsAccepted() throws Exception {
        bearing(signed(acme()))
                .get()
                .uri("/api/scenarios")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void aMissingTokenIsRefusedWithAChallenge() {
        refused(anybody(), 401, "tenant-missing");
        anybody()
                .get()
                .uri("/api/scenarios")
                .exchange()
                .expectHeader()
                .valueMatches(HttpHeaders.WWW_AUTHENTICATE, "Bearer.*");
    }

    @Test
    void aGarbageTokenIsRefused() {
        refused(bearing("garbage"), 401, "tenant-missing");
        refused(bearing("a.b.c"), 401, "tenant-missing");
        refused(
                anybody()
                        .mutate()
                        .defaultHeader(HttpHeaders.AUTHORIZATION, "Basic YWNtZTphY21l")
                        .build(),
                401,
                "tenant-missing");
    }

    @Test
    void anExpiredTokenIsRefused() throws Exception {
        Instant longAgo = Instant.now().minus(Duration.ofDays(1));
        refused(bearing(signed(acme().expirationTime(Date.from(longAgo)))), 401, "tenant-missing");
    }

    @Test
    void aTokenOfAnotherKeyIsRefused() {
        String forged = new DemoTokens(List.of("acme"), Clock.systemUTC()).all().get("acme");
        refused(bearing(forged), 401, "tenant-missing");
    }

    @Test
    void aTokenWithoutASignatureIsRefused() {
        refused(bearing(new PlainJWT(acme().build()).serialize()), 401, "tenant-missing");
    }

    @Test
    void aTokenWithItsClaimsExchangedIsRefused() {
        String[] acme = token("acme").split("\\.");
        String[] globex = token("globex").split("\\.");
        refused(bearing(acme[0] + "." + globex[1] + "." + acme[2]), 401, "tenant-missing");
    }

    @Test
    void aTokenOfAnUnknownTenantIsRefused() throws Exception {
        refused(bearing(signed(acme().claim("tenant_id", "nobody"))), 403, "tenant-unknown");
        refused(bearing(signed(acme().claim("tenant_id", "'; drop table scenarios; --"))), 403, "tenant-unknown");
        refused(bearing(signed(acme().claim("tenant_id", "a\u0000b"))), 403, "tenant-unknown");
    }

    @Test
    void aTokenThatNamesNoTenantIsRefused() {
        refused(bearing(token("_admin")), 401, "tenant-missing");
    }
}
