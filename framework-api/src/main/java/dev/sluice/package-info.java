/**
 * The facade. {@link dev.sluice.Sluice} is what users hold; {@link dev.sluice.SluiceSettings} is all of its
 * configuration, checked when it is made. The implementation is found on the class path.
 */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
