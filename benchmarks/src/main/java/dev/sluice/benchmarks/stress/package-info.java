/**
 * Races at {@link dev.sluice.admission.Admission}, for jcstress: each class is two actors and the outcomes that must never
 * be seen. {@code -Dsluice.admission} says which admission is tested; {@code broken} is the negative control, in which
 * forbidden outcomes must be seen.
 */
@NullMarked
package dev.sluice.benchmarks.stress;

import org.jspecify.annotations.NullMarked;
