/**
 * For who has no database and no tokens at hand. {@link dev.sluice.reference.demo.EmbeddedMode} starts a cluster where
 * {@code sluice.url} is absent, and only then tokens are signed and shown. The demo tenants are given data in both modes,
 * unless {@code reference.demo.load-data} is false.
 */
@NullMarked
package dev.sluice.reference.demo;

import org.jspecify.annotations.NullMarked;
