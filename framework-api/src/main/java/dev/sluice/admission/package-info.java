/**
 * Run, wait or reject. {@link dev.sluice.admission.Admission} gives each call a
 * {@link dev.sluice.admission.Permit} for a connection of a node, bounded per tenant, workload and node;
 * the limits come from configuration. A call that cannot have one in time is told so by
 * {@link dev.sluice.admission.AdmissionRejectedException}.
 */
@NullMarked
package dev.sluice.admission;

import org.jspecify.annotations.NullMarked;
