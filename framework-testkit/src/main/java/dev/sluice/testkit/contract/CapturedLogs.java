package dev.sluice.testkit.contract;

import java.util.List;

/** Log lines collected since this was made. */
public interface CapturedLogs {

    /** No logs. */
    CapturedLogs NONE = List::of;

    /**
     * Ends the collection.
     *
     * @return the lines, with the texts of logged exceptions
     */
    List<String> stop();
}
