package dev.sluice.r2dbc.schema;

import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.session.Setting;

/** The condition of the restrictive policy: as Sluice writes it, and as PostgreSQL gives it back. */
final class PolicyCondition {

    private PolicyCondition() {}

    /** As a sub-select it is evaluated once per statement instead of once per row. */
    static String sql(TenantColumn column) {
        return "%s = (SELECT nullif(current_setting('%s', true), '')::%s)"
                .formatted(
                        Identifiers.quote(column.name()),
                        Setting.TENANT,
                        TenantType.of(column).sql());
    }

    /**
     * A regular expression of PostgreSQL for the conditions that keep a row within its tenant, as {@code pg_get_expr}
     * prints them. Without the sub-select they are slower, not weaker. Without {@code nullif} they are weaker: a session
     * whose local setting has ended would see rows with an empty tenant.
     */
    static String pattern(TenantColumn column) {
        String cast = "(::%s)?".formatted(TenantType.of(column).sql());
        String setting = "NULLIF\\(current_setting\\('%s'::text, true\\), ''::text\\)"
                .formatted(Setting.TENANT.replace(".", "\\."));
        return "^\\(+\"?%s\"?\\)?%s = \\(? ?(SELECT )?\\(*%s\\)*%s( AS \\S+)?\\)*$"
                .formatted(column.name(), cast, setting, cast);
    }
}
