package dev.sluice.spring.observation;

import dev.sluice.tenant.TenantId;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How observations of calls are named. What is of high cardinality, as the tenant, traces have and meters don't. */
final class CallConvention implements ObservationConvention<CallContext> {

    @Override
    public String getName() {
        return SluiceMeter.CALL.getName();
    }

    @Override
    public String getContextualName(CallContext call) {
        return call.query().statement();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(CallContext call) {
        return KeyValues.of(
                MeterTag.STATEMENT.withValue(call.query().statement()),
                MeterTag.WORKLOAD.withValue(call.query().workload().name()),
                MeterTag.NODE.withValue(call.node()),
                MeterTag.TARGET.withValue(call.target()),
                MeterTag.OUTCOME.withValue(call.outcome()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(CallContext call) {
        List<KeyValue> values = new ArrayList<>(2);
        TenantId tenant = call.query().tenant();
        if (tenant != null) {
            values.add(KeyValue.of("tenant", tenant.value()));
        }
        if (call.waitedNanos() >= 0) {
            values.add(KeyValue.of("waited.ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(call.waitedNanos()))));
        }
        return KeyValues.of(values);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof CallContext;
    }
}
