package dev.sluice.reference.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens for the demo tenants with a key that lives as long as the process. */
final class DemoTokens {

    private static final Duration LIFE = Duration.ofDays(1);

    private final SecretKey key = randomKey();
    private final List<String> tenants;
    private final Clock clock;

    DemoTokens(List<String> tenants, Clock clock) {
        this.tenants = List.copyOf(tenants);
        this.clock = clock;
    }

    SecretKey key() {
        return key;
    }

    /** A token for each tenant, by its name, and one for the administrator, by {@code _admin}. */
    Map<String, String> all() {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String tenant : tenants) {
            tokens.put(tenant, sign(claims("planner@" + tenant).claim("tenant_id", tenant)));
        }
        tokens.put("_admin", sign(claims("admin").claim("scope", "sluice-admin")));
        return tokens;
    }

    private JWTClaimsSet.Builder claims(String subject) {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .subject(subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)));
    }

    private String sign(JWTClaimsSet.Builder claims) {
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
            token.sign(new MACSigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("a demo token cannot be signed", e);
        }
    }

    private static SecretKey randomKey() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new SecretKeySpec(bytes, "HmacSHA256");
    }
}
