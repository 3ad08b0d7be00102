package dev.sluice.spring.settings;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is looked at, and how closely.
 *
 * @param slowQuery a statement that runs for longer is counted, timed and logged as slow; 0 means that none is
 * @param sampler asks the database what it does, where there is a monitor role
 */
public record ObservationProperties(
        @DefaultValue("1s") Duration slowQuery,
        @DefaultValue Sampler sampler) {

    /**
     * Asks the database what it does, where there is a monitor role.
     *
     * @param enabled whether the database is sampled, where there is a monitor role
     * @param interval how often the database is sampled; 1s at least
     * @param bloatInterval how often bloat is estimated; 1s at least
     * @param longQuery a statement that runs for longer counts as very long
     */
    public record Sampler(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("15s") Duration interval,
            @DefaultValue("10m") Duration bloatInterval,
            @DefaultValue("5m") Duration longQuery) {}
}
