package dev.sluice.reference.demo;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@ConditionalOnBooleanProperty(EmbeddedMode.ACTIVE)
@Tag(name = "Demo")
@SecurityRequirements
class DemoTokenResource {

    private final DemoTokens tokens;

    DemoTokenResource(DemoTokens tokens) {
        this.tokens = tokens;
    }

    @GetMapping("/demo/tokens")
    @Operation(summary = "A token for each demo tenant, and _admin for the administrator; in embedded mode only")
    Map<String, String> tokens() {
        return tokens.all();
    }
}
