package dev.sluice.r2dbc.admission;

import dev.sluice.AdmissionSettings;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.r2dbc.admission.RandomEvents.Fault;
import dev.sluice.tenant.TenantId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The limits of somebody else, with a fault. */
final class MisheardLimits extends TestLimits {

    private final @Nullable TestLimits truth;
    private final Fault fault;

    private MisheardLimits(TestLimits truth, Fault fault) {
        super(truth.settings());
        this.truth = truth;
        this.fault = fault;
    }

    /** What is heard of the limits under a fault. */
    static LimitSource under(Fault fault, TestLimits truth) {
        return new MisheardLimits(truth, fault);
    }

    @Override
    AdmissionSettings settings() {
        return Objects.requireNonNull(truth).settings();
    }

    @Override
    public int maxConnections() {
        return settings().maxConnections() + (fault == Fault.LIMIT_TOO_HIGH ? 1 : 0);
    }

    @Override
    public int reserved() {
        return fault == Fault.RESERVES_UNKNOWN ? 0 : super.reserved();
    }

    @Override
    public TenantLimits tenant(TenantId tenant) {
        TenantLimits of = super.tenant(tenant);
        return new TenantLimits(
                of.maxConnections(),
                fault == Fault.RESERVES_UNKNOWN ? 0 : of.reserved(),
                fault == Fault.WEIGHTS_UNKNOWN ? 1 : of.weight(),
                of.maxWaiting(),
                of.rateLimit(),
                fault == Fault.PRINCIPALS_UNLIMITED ? PrincipalLimits.NONE : of.perPrincipal());
    }
}
