package dev.sluice.r2dbc.transaction;

import java.lang.StackWalker.StackFrame;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where in the user's code something was opened: one frame of the stack, made a text only when somebody asks. Taken when a
 * chain is assembled: once it runs, the stack holds operators only.
 */
public final class Place {

    private static final StackWalker WALKER = StackWalker.getInstance();

    /** The framework's own packages, and what lies between the user and them. */
    private static final String[] NOT_THE_USERS = {
        "dev.sluice.Sluice",
        "dev.sluice.r2dbc.",
        "dev.sluice.replica.",
        "dev.sluice.spring.",
        "dev.sluice.testkit.",
        "io.r2dbc.",
        "reactor.",
        "org.springframework.",
        "io.netty.",
        "java.",
        "jdk.",
        "sun."
    };

    private final @Nullable StackFrame frame;
    private final String name;

    private Place(@Nullable StackFrame frame, String name) {
        this.frame = frame;
        this.name = name;
    }

    /** @return the innermost frame that is the user's; takes 1 to 2 µs where that is near */
    public static Place ofCaller() {
        return new Place(WALKER.walk(Place::usersFirst), "an unknown place");
    }

    /**
     * A place that somebody else knows.
     *
     * @param name its name, as that of a method
     * @return the place
     */
    public static Place named(String name) {
        return new Place(null, name);
    }

    private static @Nullable StackFrame usersFirst(Stream<StackFrame> frames) {
        return frames.filter(frame -> isTheUsers(frame.getClassName()))
                .findFirst()
                .orElse(null);
    }

    private static boolean isTheUsers(String type) {
        for (String prefix : NOT_THE_USERS) {
            if (type.startsWith(prefix)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return frame == null ? name : frame.toStackTraceElement().toString();
    }
}
