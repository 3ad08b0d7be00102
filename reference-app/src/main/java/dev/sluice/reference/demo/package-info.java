/** Embedded mode, for who has no database at hand: a cluster of its own, demo tenants with data, and tokens for them. Nothing here is active once {@code sluice.url} is configured. */
@NullMarked
package dev.sluice.reference.demo;

import org.jspecify.annotations.NullMarked;
