/**
 * The JUnit side: {@link dev.sluice.testkit.junit.SluiceTest} gives a test class a fresh database on a
 * cluster that all test processes of the machine share. Parameters of type {@code TestDatabase} and {@code
 * SluiceCluster} are injected. A class that stops, freezes or promotes nodes asks for a cluster of its own.
 */
@NullMarked
package dev.sluice.testkit.junit;

import org.jspecify.annotations.NullMarked;
