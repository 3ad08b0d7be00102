package dev.sluice.reference.forecast;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.Version;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The expected demand of one month of a scenario.
 *
 * @param id its id
 * @param scenarioId the scenario
 * @param day the first day of the month
 * @param value the expected demand, in thousands
 * @param mape the error of the model on months it had not seen, in percent; null if a planner set the value
 * @param model what made the value: a model's name, or {@code manual}
 * @param version raised by each change
 */
@TenantOwned("forecasts")
public record Forecast(
        @Id UUID id,
        UUID scenarioId,
        LocalDate day,
        BigDecimal value,
        @Nullable BigDecimal mape,
        String model,
        @Version long version) {

    /** The {@link #model()} of a value that a planner set. */
    public static final String MANUAL = "manual";
}
