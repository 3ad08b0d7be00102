/**
 * Which node serves a read. {@link dev.sluice.replica.selection.Selector} chooses among the nodes that the topology, the asked
 * consistency and their health leave; a {@link dev.sluice.replica.selection.Candidate} is what calls have shown of one node.
 */
@NullMarked
package dev.sluice.replica.selection;

import org.jspecify.annotations.NullMarked;
