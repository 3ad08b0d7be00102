package dev.sluice.spring.repository;

import dev.sluice.spring.SluiceAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

/** Finds the repository interfaces in the application's packages. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnBean(dev.sluice.Sluice.class)
@Import(RepositoryRegistrar.class)
public final class SluiceRepositoryAutoConfiguration {}
