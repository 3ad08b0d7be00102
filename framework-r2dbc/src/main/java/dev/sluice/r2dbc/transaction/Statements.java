package dev.sluice.r2dbc.transaction;

import dev.sluice.Isolation;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.Fence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the group of a call: binds its parameters and sets its tenant. */
final class Statements {

    private final boolean settingTenant;
    private final TenantValues tenantValues;

    Statements(SluiceSettings settings) {
        this.settingTenant = settings.isolation() == Isolation.RLS;
        this.tenantValues = new TenantValues(settings.tenantColumn());
    }

    /** @return what row-level security reads, empty without it */
    List<Setting> tenantSettings(TenantId tenant) {
        return settingTenant ? List.of(new Setting(Setting.TENANT, tenant.value())) : List.of();
    }

    /** @return the settings of a group outside of a transaction */
    List<Setting> settings(TenantId tenant, @Nullable Setting more, @Nullable Fence fence) {
        if (more == null) {
            return Fencing.after(tenantSettings(tenant), fence);
        }
        List<Setting> all = new ArrayList<>(tenantSettings(tenant));
        all.add(more);
        return Fencing.after(all, fence);
    }

    Group group(Call call, TenantId tenant, List<Setting> settings) {
        return new Group(call.plan().name(), settings, call.plan().sql(), parameters(call, tenant));
    }

    private @Nullable Object[] parameters(Call call, TenantId tenant) {
        List<Slot> slots = call.plan().binding().slots();
        @Nullable Object[] parameters = new @Nullable Object[slots.size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = slots.get(i) instanceof Slot.Argument argument
                    ? call.arguments()[argument.index()]
                    : tenantValues.of(tenant);
        }
        return parameters;
    }
}
