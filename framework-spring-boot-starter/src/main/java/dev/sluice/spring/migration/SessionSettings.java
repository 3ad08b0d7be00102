package dev.sluice.spring.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What is said to the server for the life of one session. */
final class SessionSettings {

    private final Map<String, String> settings = new LinkedHashMap<>();

    SessionSettings with(String name, String value) {
        settings.put(name, value);
        return this;
    }

    SessionSettings with(String name, Duration value) {
        return with(name, value.toMillis() + "ms");
    }

    /** All of them in one statement. */
    void apply(Connection connection) throws SQLException {
        String sql = settings.keySet().stream()
                .map(setting -> "set_config(?, ?, false)")
                .collect(Collectors.joining(", ", "select ", ""));
        try (PreparedStatement set = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                set.setString(parameter++, setting.getKey());
                set.setString(parameter++, setting.getValue());
            }
            set.execute();
        }
    }

    static void apply(Connection connection, String name, String value) throws SQLException {
        new SessionSettings().with(name, value).apply(connection);
    }
}
