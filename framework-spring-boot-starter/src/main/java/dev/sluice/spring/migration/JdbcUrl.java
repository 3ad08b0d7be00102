package dev.sluice.spring.migration;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The database of an R2DBC URL as JDBC names it, with what is said there of TLS. */
final class JdbcUrl {

    private static final Map<String, String> TLS_OPTIONS =
            Map.of("sslMode", "sslmode", "sslRootCert", "sslrootcert", "sslCert", "sslcert", "sslKey", "sslkey");

    private JdbcUrl() {}

    static String of(String r2dbcUrl) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(r2dbcUrl);
        Object port = options.getValue(ConnectionFactoryOptions.PORT);
        Object database = options.getValue(ConnectionFactoryOptions.DATABASE);
        return "jdbc:postgresql://%s:%s/%s?%s"
                .formatted(
                        options.getRequiredValue(ConnectionFactoryOptions.HOST),
                        port == null ? 5432 : port,
                        database == null ? "" : encoded(database),
                        parameters(options).entrySet().stream()
                                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                                .collect(Collectors.joining("&")));
    }

    private static Map<String, String> parameters(ConnectionFactoryOptions options) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("ApplicationName", "sluice-migrations");
        parameters.put("connectTimeout", "10");
        parameters.put("tcpKeepAlive", "true");
        if (Boolean.TRUE.equals(options.getValue(ConnectionFactoryOptions.SSL))) {
            parameters.put("sslmode", "require");
        }
        TLS_OPTIONS.forEach((r2dbc, jdbc) -> {
            Object value = options.getValue(Option.valueOf(r2dbc));
            if (value != null) {
                parameters.put(jdbc, tls(value.toString()));
            }
        });
        return parameters;
    }

    // The R2DBC driver takes VERIFY_FULL for verify-full; paths keep their case.
    private static String tls(String text) {
        return text.chars().allMatch(c -> Character.isUpperCase(c) || c == '_')
                ? text.toLowerCase(Locale.ROOT).replace('_', '-')
                : text;
    }

    private static String encoded(Object value) {
        return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }
}
