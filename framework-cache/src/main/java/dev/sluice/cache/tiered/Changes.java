package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheKey;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Touched;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a write ends.
 *
 * @param keys how keys are made
 * @param tenant whose data was written; null for that of all
 */
record Changes(Keys keys, @Nullable TenantId tenant) {

    /** A write of more rows than this ends all rows of their tables instead. */
    private static final int MOST_ROWS = 100;

    Set<String> of(Touched touched) {
        Set<String> ended = new LinkedHashSet<>();
        touched.tables().forEach(table -> wholeTable(table, ended));
        boolean many = touched.rows().size() > MOST_ROWS;
        for (Touched.Row row : touched.rows()) {
            if (many || tenant == null || !CacheKey.takes(kindOf(row.id()))) {
                wholeTable(row.table(), ended);
            } else {
                ended.add(keys.row(tenant, row));
                ended.add(keys.answers(tenant, row.table()));
            }
        }
        return ended;
    }

    /** @return what to end in the place of keys that could not be ended */
    Set<String> instead(Set<String> ended) {
        return tenant == null ? ended : Set.of(keys.tenant(tenant));
    }

    private void wholeTable(String table, Set<String> ended) {
        if (tenant == null) {
            ended.add(keys.everyTenant(table));
        } else {
            ended.add(keys.rows(tenant, table));
            ended.add(keys.answers(tenant, table));
        }
    }

    private static Class<?> kindOf(Object id) {
        return id instanceof Enum<?> constant ? constant.getDeclaringClass() : id.getClass();
    }
}
