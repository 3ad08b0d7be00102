/**
 * What the HTTP resources share: pages as they arrive, and the OpenAPI document. {@link
 * dev.sluice.reference.web.PageParameters} is what resources use; the rest configures the service. Problem documents come
 * from the starter.
 */
@NullMarked
package dev.sluice.reference.web;

import org.jspecify.annotations.NullMarked;
