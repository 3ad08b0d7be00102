package db.migration;

import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/** The table of these tests. */
public final class V1__Things extends BaseJavaMigration {

    @Override
    public void migrate(Context context) throws SQLException {
        try (Statement statement = context.getConnection().createStatement()) {
            statement.execute(
                    "create table things (tenant_id text not null, id uuid not null, name text not null, primary key (tenant_id, id))");
            statement.execute(RowLevelSecurity.of(TenantColumn.DEFAULT, "sluice_app")
                    .across("sluice_across")
                    .script("things"));
        }
    }
}
