package dev.sluice.benchmarks.cache;

import dev.sluice.repository.Cached;
import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import java.math.BigDecimal;
import java.time.LocalDate;
import reactor.core.publisher.Mono;

/** The row that is read again and again. */
@TenantOwned("forecasts")
public record Forecast(@Id long id, LocalDate day, BigDecimal value, BigDecimal error) {

    /** Without a cache. */
    public interface Plain extends TenantRepository<Forecast, Long> {}

    /** With one. */
    public interface Hot extends TenantRepository<Forecast, Long> {

        @Override
        @Cached(ttl = "1h")
        Mono<Forecast> findById(Long id);
    }
}
