/**
 * Suites that users extend for their own repositories. {@link dev.sluice.testkit.contract.TenantIsolationContract} sends
 * thousands of random operations of many tenants over one or two connections and looks for rows, errors and log lines of
 * the wrong tenant; {@link dev.sluice.testkit.contract.FairnessContract} floods the pool and looks for tenants that get
 * less than their share. Needs the contracts of Sluice alone, whatever implements them.
 */
@NullMarked
package dev.sluice.testkit.contract;

import org.jspecify.annotations.NullMarked;
