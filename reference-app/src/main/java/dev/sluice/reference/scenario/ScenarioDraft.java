package dev.sluice.reference.scenario;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as a planner writes it.
 *
 * @param name its name
 * @param industry the series of demand that it is about
 * @param description free text; absent means empty
 * @param version for a change, the version that was read; ignored for a new scenario
 */
record ScenarioDraft(
        @NotBlank @Size(max = 200) String name,
        @NotBlank @Size(max = 100) String industry,
        @Size(max = 2_000) @Nullable String description,
        @PositiveOrZero @Nullable Long version) {

    Scenario toNew(Clock clock) {
        // PostgreSQL keeps microseconds: a finer instant would come back changed.
        return new Scenario(
                UUID.randomUUID(), name, industry, text(), clock.instant().truncatedTo(ChronoUnit.MICROS), 0);
    }

    Scenario toChangeOf(Scenario current, long expectedVersion) {
        return new Scenario(current.id(), name, industry, text(), current.createdAt(), expectedVersion);
    }

    private String text() {
        return description == null ? "" : description;
    }
}
