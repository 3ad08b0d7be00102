package dev.sluice.spring.settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which property stops the start, and what to do. */
final class SluicePropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPropertyException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, InvalidPropertyException cause) {
        return new FailureAnalysis(
                "A property of Sluice is unknown, missing or out of range:\n\n" + cause.getMessage(),
                "Set each to what is expected.",
                cause);
    }
}
