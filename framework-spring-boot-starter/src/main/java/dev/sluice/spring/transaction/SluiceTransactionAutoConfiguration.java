package dev.sluice.spring.transaction;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.TransactionManager;

/** The transaction manager of {@code @Transactional}, unless the application has one. */
@AutoConfiguration(
        after = SluiceAutoConfiguration.class,
        before = TransactionAutoConfiguration.class,
        beforeName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration")
@ConditionalOnBean(R2dbcSluice.class)
public final class SluiceTransactionAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(TransactionManager.class)
    SluiceTransactionManager sluiceTransactionManager(R2dbcSluice sluice) {
        return new SluiceTransactionManager(sluice);
    }
}
