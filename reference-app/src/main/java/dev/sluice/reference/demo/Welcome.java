package dev.sluice.reference.demo;

import java.io.PrintStream;
import java.util.Map;

/** Tells a newcomer what to try. Printed, never logged: the lines carry tokens. */
final class Welcome {

    private Welcome() {}

    static void print(PrintStream out, String url, Map<String, String> tokens) {
        out.printf("%nSluice's reference application: %s (API: %s/swagger-ui.html)%n", url, url);
        tokens.forEach((tenant, token) -> {
            if (!tenant.startsWith("_")) {
                out.printf("%n%s:%n  curl -H 'Authorization: Bearer %s' %s/api/scenarios%n", tenant, token, url);
            }
        });
        out.println();
    }
}
