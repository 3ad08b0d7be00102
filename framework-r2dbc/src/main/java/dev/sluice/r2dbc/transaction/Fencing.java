package dev.sluice.r2dbc.transaction;

import dev.sluice.r2dbc.session.Setting;
import dev.sluice.work.Fence;
import dev.sluice.work.LeaseLostException;
import io.r2dbc.spi.R2dbcException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the fence of a Context adds to what may write: a check in the same transaction, at no round trip of its own. */
public final class Fencing {

    private Fencing() {}

    /**
     * Adds the check.
     *
     * @param settings what is set before the statement
     * @param fence null changes nothing
     * @return the settings, the check last
     */
    public static List<Setting> after(List<Setting> settings, @Nullable Fence fence) {
        if (fence == null) {
            return settings;
        }
        List<Setting> fenced = new ArrayList<>(settings);
        fenced.add(Setting.fence(fence.lease(), fence.epoch()));
        return fenced;
    }

    /**
     * Says what the server's answer means.
     *
     * @param error what came
     * @param fence what was checked
     * @return {@link LeaseLostException} if the check failed, else the error
     */
    public static Throwable explain(Throwable error, Fence fence) {
        return error instanceof R2dbcException e && LeaseLostException.SQL_STATE.equals(e.getSqlState())
                ? new LeaseLostException(fence, error)
                : error;
    }
}
