package dev.sluice.spring.settings;

import dev.sluice.Credentials;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.spring.settings.ReplicaProperties.NodeProperties;
import dev.sluice.spring.settings.ReplicaProperties.RoutingProperties;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** Makes settings of the properties under {@code sluice.replicas}. */
final class ReplicaPropertySettings {

    private static final Pattern BOUNDED = Pattern.compile("bounded\\s*\\((.+)\\)");

    private ReplicaPropertySettings() {}

    static ReplicaSettings of(SluiceProperties properties) {
        Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
        properties.replicas().nodes().forEach((name, node) -> nodes.put(name, node(name, node, properties)));
        return new ReplicaSettings(routing(properties.replicas().routing()), nodes);
    }

    private static RoutingSettings routing(RoutingProperties routing) {
        return new RoutingSettings(
                consistency(routing.defaultConsistency()),
                routing.maxLag(),
                routing.maxLagBytes().toBytes(),
                routing.whenNone(),
                routing.primaryReads(),
                routing.probeInterval(),
                routing.catchUpWait(),
                routing.failoverWait());
    }

    private static ReadConsistency consistency(String value) {
        Matcher bounded = BOUNDED.matcher(value);
        if (bounded.matches()) {
            return bounded(value, bounded.group(1).strip());
        }
        return switch (value) {
            case "session" -> ReadConsistency.session();
            case "primary" -> ReadConsistency.primary();
            default -> throw wrong(value);
        };
    }

    private static ReadConsistency bounded(String value, String staleness) {
        try {
            Duration most = DurationStyle.detectAndParse(staleness);
            return ReadConsistency.bounded(most);
        } catch (IllegalArgumentException e) {
            throw wrong(value);
        }
    }

    private static InvalidPropertyException wrong(String value) {
        return new InvalidPropertyException(
                "sluice.replicas.routing.default-consistency: '%s' (expected: session,".formatted(value)
                        + " primary, or bounded(<duration>) with a duration > 0, as bounded(2s))");
    }

    private static ReplicaNode node(String name, NodeProperties node, SluiceProperties properties) {
        String url = PropertySettings.required(
                "sluice.replicas.nodes.%s.url".formatted(name), node.url(), "r2dbc:postgresql://host:port/database");
        return new ReplicaNode(url, login(name, node, properties));
    }

    private static @Nullable Credentials login(String name, NodeProperties node, SluiceProperties properties) {
        if (node.username() == null && node.password() == null) {
            return null;
        }
        String username = Objects.requireNonNullElse(node.username(), Objects.toString(properties.username(), ""));
        String password = Objects.requireNonNullElse(node.password(), Objects.toString(properties.password(), ""));
        return PropertySettings.named("replicas.nodes.%s.".formatted(name), () -> new Credentials(username, password));
    }
}
