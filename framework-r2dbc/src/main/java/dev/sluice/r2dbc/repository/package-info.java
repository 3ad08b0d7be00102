/** Repositories: entity metadata, generated SQL, keyset pages, and one invoker object per method. */
@NullMarked
package dev.sluice.r2dbc.repository;

import org.jspecify.annotations.NullMarked;
