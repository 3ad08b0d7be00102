package dev.sluice.reference.background;

import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.tenant.TenantId;
import java.util.List;
import org.springframework.stereotype.Component;

/** The tenants that workers work for, each in turn: those of {@code sluice.tenants.known}. */
@Component
public final class WorkingTenants {

    private final List<TenantId> all;

    WorkingTenants(SluiceProperties sluice) {
        all = PropertySettings.knownTenants(sluice);
        if (all.isEmpty()) {
            throw InvalidPropertyException.missing("sluice.tenants.known", "the tenants whose work this service does");
        }
    }

    /** @return all of them */
    public List<TenantId> all() {
        return all;
    }
}
