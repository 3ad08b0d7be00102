/**
 * The review gate: {@link dev.sluice.testkit.rules.SluiceRules} has ArchUnit rules that a service on Sluice adds to its tests,
 * one line each. They need {@code com.tngtech.archunit:archunit} on the test class path.
 */
@NullMarked
package dev.sluice.testkit.rules;

import org.jspecify.annotations.NullMarked;
