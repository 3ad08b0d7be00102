/**
 * The properties under {@code sluice} and how they become {@link dev.sluice.SluiceSettings}. {@link
 * dev.sluice.spring.settings.SluiceProperties} lists them, with their defaults. What is unknown or out of
 * range stops the start with the key, the value and what is expected.
 */
@NullMarked
package dev.sluice.spring.settings;

import org.jspecify.annotations.NullMarked;
