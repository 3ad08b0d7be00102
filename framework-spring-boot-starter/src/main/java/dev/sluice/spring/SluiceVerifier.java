package dev.sluice.spring;

import dev.sluice.Sluice;
import dev.sluice.repository.TenantRepository;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Makes all repositories and prepares their statements on the database, before the application is ready. */
final class SluiceVerifier implements SmartInitializingSingleton {

    private final Sluice sluice;
    private final ObjectProvider<TenantRepository<?, ?>> repositories;
    private final Duration patience;

    SluiceVerifier(Sluice sluice, ObjectProvider<TenantRepository<?, ?>> repositories, Duration patience) {
        this.sluice = sluice;
        this.repositories = repositories;
        this.patience = patience;
    }

    @Override
    public void afterSingletonsInstantiated() {
        // Nobody may have asked for some of them yet, and what is not made is not verified.
        repositories.stream().forEach(made -> {});
        ConnectedSluice.await(sluice.verify(), patience, "verifying the statements (pool.acquire-timeout)");
    }
}
