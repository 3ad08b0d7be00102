/** Wires the parts of this module into a {@link dev.sluice.Sluice}, found through {@link dev.sluice.SluiceProvider}. */
@NullMarked
package dev.sluice.r2dbc;

import org.jspecify.annotations.NullMarked;
