package dev.sluice.spring.repository;

import dev.sluice.Sluice;
import org.springframework.beans.factory.FactoryBean;

/** Asks Sluice for one repository. */
final class RepositoryFactoryBean<R> implements FactoryBean<R> {

    private final Class<R> type;
    private final Sluice sluice;

    RepositoryFactoryBean(Class<R> type, Sluice sluice) {
        this.type = type;
        this.sluice = sluice;
    }

    @Override
    public R getObject() {
        return sluice.repository(type);
    }

    @Override
    public Class<?> getObjectType() {
        return type;
    }
}
