package dev.sluice.r2dbc.session;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements that make settings local: one per number of settings, so that each is prepared once. They answer no row,
 * which would cost both sides more than the setting. Joined by {@code ||}, not {@code and}, all of them are made.
 */
final class SettingStatements {

    private static final String[] KNOWN =
            IntStream.range(0, 9).mapToObj(size -> make(size, false)).toArray(String[]::new);
    private static final String[] FENCED =
            IntStream.range(0, 9).mapToObj(size -> make(size, true)).toArray(String[]::new);

    private SettingStatements() {}

    /** A fence can only be the last one. */
    static String of(List<Setting> settings) {
        int size = settings.size();
        boolean fenced = size > 0 && settings.get(size - 1).isFence();
        if (size >= KNOWN.length) {
            return make(size, fenced);
        }
        return fenced ? FENCED[size] : KNOWN[size];
    }

    private static String make(int size, boolean fenced) {
        return IntStream.range(0, size)
                .mapToObj(i -> (fenced && i == size - 1 ? "sluice_fence($%d,$%d)" : "set_config($%d,$%d,true)")
                        .formatted(2 * i + 1, 2 * i + 2))
                .collect(Collectors.joining("||", "select where ", " is null"));
    }
}
