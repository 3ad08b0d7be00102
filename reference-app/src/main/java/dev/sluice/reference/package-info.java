/** A demand-planning service for many tenants, built on Sluice by feature. */
@NullMarked
package dev.sluice.reference;

import org.jspecify.annotations.NullMarked;
