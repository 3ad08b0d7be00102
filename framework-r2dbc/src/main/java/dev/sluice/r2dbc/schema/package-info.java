/**
 * What the database holds: {@link dev.sluice.r2dbc.schema.Catalog} is an immutable view of its relations and columns,
 * read at start; the policies of row-level security are written and verified here. Knows nothing of statements.
 */
@NullMarked
package dev.sluice.r2dbc.schema;

import org.jspecify.annotations.NullMarked;
