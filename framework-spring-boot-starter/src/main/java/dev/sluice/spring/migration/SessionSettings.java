package dev.sluice.spring.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

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

    void apply(Connection connection) throws SQLException {
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            apply(connection, setting.getKey(), setting.getValue());
        }
    }

    static void apply(Connection connection, String name, String value) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement("select set_config(?, ?, false)")) {
            set.setString(1, name);
            set.setString(2, value);
            set.execute();
        }
    }
}
