/** What is known of the nodes: asked for by probes on connections of their own, published as an immutable snapshot. */
@NullMarked
package dev.sluice.replica.topology;

import org.jspecify.annotations.NullMarked;
