package db.own;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/** A migration whose checksum is nobody's but its own. */
public final class V1__Own extends BaseJavaMigration {

    @Override
    public Integer getChecksum() {
        return Integer.getInteger("own.checksum", 1);
    }

    @Override
    public void migrate(Context context) {}
}
