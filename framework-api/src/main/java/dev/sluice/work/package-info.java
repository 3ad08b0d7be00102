/**
 * Work that nobody waits for. {@link dev.sluice.work.Workers} runs a {@link dev.sluice.work.Worker} again and again, once in the
 * fleet; {@link dev.sluice.work.Reconciliation} brings what is there to what is wanted; {@link dev.sluice.work.Phases} keeps
 * external I/O out of transactions. All of it uses the same connections as everybody, within its workload's limit.
 */
@NullMarked
package dev.sluice.work;

import org.jspecify.annotations.NullMarked;
