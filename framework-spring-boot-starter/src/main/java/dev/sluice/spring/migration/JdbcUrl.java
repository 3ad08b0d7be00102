package dev.sluice.spring.migration;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The database of an R2DBC URL as JDBC names it, with what is said there of TLS. */
final class JdbcUrl {

    private static final Map<String, String> TLS_FILES =
            Map.of("sslRootCert", "sslrootcert", "sslCert", "sslcert", "sslKey", "sslkey");

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

    /** What the driver needs to know and no URL may hold, since URLs are logged. */
    static Map<String, String> secrets(String r2dbcUrl) {
        String password = text(ConnectionFactoryOptions.parse(r2dbcUrl), "sslPassword");
        return password == null ? Map.of() : Map.of("sslpassword", password);
    }

    private static Map<String, String> parameters(ConnectionFactoryOptions options) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("ApplicationName", "sluice-migrations");
        parameters.put("connectTimeout", "10");
        parameters.put("tcpKeepAlive", "true");
        // The R2DBC driver knows both names, and prefers the first.
        String schema = Objects.requireNonNullElseGet(
                text(options, "currentSchema"), () -> Objects.requireNonNullElse(text(options, "schema"), ""));
        if (!schema.isEmpty()) {
            parameters.put("currentSchema", schema);
        }
        String mode = tlsMode(options);
        if (mode != null) {
            parameters.put("sslmode", mode);
        }
        TLS_FILES.forEach((r2dbc, jdbc) -> {
            String value = text(options, r2dbc);
            if (value != null) {
                parameters.put(jdbc, value);
            }
        });
        // Without files, the R2DBC driver trusts whom the JVM trusts; JDBC would look into the home directory.
        boolean files = parameters.containsKey("sslrootcert") || parameters.containsKey("sslcert");
        if (mode != null && mode.startsWith("verify-") && !files) {
            parameters.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        return parameters;
    }

    // As the R2DBC driver reads it: VERIFY_FULL is verify-full, and TLS of which no more is said is that too.
    private static @Nullable String tlsMode(ConnectionFactoryOptions options) {
        String named = Objects.requireNonNullElseGet(
                text(options, "sslMode"), () -> Objects.requireNonNullElse(text(options, "sslmode"), ""));
        if (!named.isEmpty()) {
            return named.toLowerCase(Locale.ROOT).replace('_', '-');
        }
        return Boolean.parseBoolean(text(options, "ssl")) ? "verify-full" : null;
    }

    private static @Nullable String text(ConnectionFactoryOptions options, String name) {
        Object value = options.getValue(Option.valueOf(name));
        return value == null ? null : value.toString();
    }

    private static String encoded(Object value) {
        return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }
}
