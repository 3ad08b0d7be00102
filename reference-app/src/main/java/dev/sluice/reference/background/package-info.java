/** What the service's workers share: the tenants that they work for, and the bell that wakes them. */
@NullMarked
package dev.sluice.reference.background;

import org.jspecify.annotations.NullMarked;
