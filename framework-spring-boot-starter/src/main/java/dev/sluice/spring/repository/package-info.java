/**
 * Makes beans of repository interfaces. {@link
 * dev.sluice.spring.repository.SluiceRepositoryAutoConfiguration} finds those in the application's packages;
 * each bean is what {@code sluice.repository(type)} answers.
 */
@NullMarked
package dev.sluice.spring.repository;

import org.jspecify.annotations.NullMarked;
