/**
 * Search over documents that a worker keeps up to date. Whoever writes a scenario queues it in the same transaction (a trigger does);
 * {@link dev.sluice.reference.search.SearchWorkers} turn what is queued into {@link
 * dev.sluice.reference.search.SearchDocument}s, {@link dev.sluice.reference.search.SearchResource} finds them.
 */
@NullMarked
package dev.sluice.reference.search;

import org.jspecify.annotations.NullMarked;
