/** A plain fair semaphore per node behind {@link dev.sluice.admission.Admission}. */
@NullMarked
package dev.sluice.r2dbc.admission;

import org.jspecify.annotations.NullMarked;
