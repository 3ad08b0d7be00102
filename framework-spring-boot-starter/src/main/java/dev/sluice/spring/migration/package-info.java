/**
 * Brings the schema up to date before Sluice connects, with Flyway and the role that owns the tables. {@link
 * dev.sluice.spring.migration.SluiceMigrationAutoConfiguration} takes the database from Sluice's settings and
 * backs off for a {@code Flyway} of the application's own; Spring Boot's then backs off too. {@code MigrationCoordinator}
 * lets one of many instances do it, and knows Flyway only as a {@code Schema}; {@code CurrentCheck} leaves it out
 * when Flyway has found the schema current before.
 */
@NullMarked
package dev.sluice.spring.migration;

import org.jspecify.annotations.NullMarked;
