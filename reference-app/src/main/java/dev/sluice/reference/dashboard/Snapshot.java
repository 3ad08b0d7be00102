package dev.sluice.reference.dashboard;

import dev.sluice.spring.actuator.SluiceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the dashboard shows, at one moment.
 *
 * @param at when
 * @param sluice what {@code /actuator/sluice} answers
 * @param tenants the tenants that are known by name, busy or not; at most 100
 * @param statements how many statements each node has run for this process
 */
record Snapshot(Instant at, SluiceState sluice, List<String> tenants, Map<String, Long> statements) {}
