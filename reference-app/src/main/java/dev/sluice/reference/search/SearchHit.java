package dev.sluice.reference.search;

import java.util.UUID;

/**
 * A scenario that was found.
 *
 * @param id its id
 * @param name its name
 * @param industry the series of demand that it is about
 */
public record SearchHit(UUID id, String name, String industry) {}
