package dev.sluice.r2dbc.session;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements that make settings local: one per number of settings, so that each is prepared once. They answer no row,
 * which would cost both sides more than the setting. Joined by {@code ||}, not {@code and}, all of them are made.
 */
final class SettingStatements {

    private static final String[] KNOWN =
            IntStream.range(0, 9).mapToObj(SettingStatements::make).toArray(String[]::new);

    private SettingStatements() {}

    static String ofSize(int size) {
        return size < KNOWN.length ? KNOWN[size] : make(size);
    }

    private static String make(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> "set_config($%d,$%d,true)".formatted(2 * i + 1, 2 * i + 2))
                .collect(Collectors.joining("||", "select where ", " is null"));
    }
}
