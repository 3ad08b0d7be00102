/**
 * Turns annotated interfaces into working repositories. {@link dev.sluice.r2dbc.repository.Repositories} is
 * the entry point: it checks a record against the live catalog, generates or scopes the statement of each
 * method, and answers a proxy with one invoker object per method. Hand-written ad-hoc SQL shares the same
 * types and readers.
 */
@NullMarked
package dev.sluice.r2dbc.repository;

import org.jspecify.annotations.NullMarked;
