package com.example.guide;

import dev.sluice.r2dbc.work.LeaseTable;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

public final class V2__WorkerLeases extends BaseJavaMigration {

    @Override
    public void migrate(Context context) throws SQLException {
        try (Statement statement = context.getConnection().createStatement()) {
            statement.execute(LeaseTable.of("sluice_app").script());
        }
    }
}
