/**
 * Wires the parts of this module into a {@link dev.sluice.Sluice}, found through {@link
 * dev.sluice.SluiceProvider}. {@code DefaultSluiceProvider} opens pools, reads and verifies the catalog, and
 * closes everything again if that fails. Nothing else lives here.
 */
@NullMarked
package dev.sluice.r2dbc;

import org.jspecify.annotations.NullMarked;
