/**
 * Statements as values. {@link dev.sluice.r2dbc.sql.StatementPlan} is one compiled statement that everything
 * downstream reads, so that nobody parses twice; the scoper turns hand-written SQL into one, or refuses it.
 */
@NullMarked
package dev.sluice.r2dbc.sql;

import org.jspecify.annotations.NullMarked;
