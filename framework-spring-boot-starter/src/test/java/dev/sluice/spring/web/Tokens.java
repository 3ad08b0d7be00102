package dev.sluice.spring.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/** Tokens of an issuer that only these tests know. */
final class Tokens {

    private static final byte[] SECRET = "a secret of the tests, 32 bytes at least".getBytes(StandardCharsets.UTF_8);

    private Tokens() {}

    static ReactiveJwtDecoder decoder() {
        SecretKey key = new SecretKeySpec(SECRET, "HmacSHA256");
        return NimbusReactiveJwtDecoder.withSecretKey(key).build();
    }

    static String of(Map<String, Object> claims) {
        return of(claims, Instant.now().plusSeconds(3_600));
    }

    static String expired(Map<String, Object> claims) {
        return of(claims, Instant.now().minusSeconds(600));
    }

    private static String of(Map<String, Object> claims, Instant expiry) {
        JWTClaimsSet.Builder set = new JWTClaimsSet.Builder().expirationTime(Date.from(expiry));
        claims.forEach(set::claim);
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), set.build());
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }
}
