/** What the HTTP resources share: pages as they arrive and as they are answered. */
@NullMarked
package dev.sluice.reference.web;

import org.jspecify.annotations.NullMarked;
