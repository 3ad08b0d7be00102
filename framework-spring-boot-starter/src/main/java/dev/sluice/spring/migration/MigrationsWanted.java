package dev.sluice.spring.migration;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether {@code sluice.migrations} asks for migrations: enabled, or with a username and not disabled. */
final class MigrationsWanted extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean named = context.getEnvironment().containsProperty("sluice.migrations.username");
        boolean wanted = context.getEnvironment().getProperty("sluice.migrations.enabled", Boolean.class, named);
        return new ConditionOutcome(
                wanted, ConditionMessage.forCondition("sluice.migrations").because("wanted: " + wanted));
    }
}
