package io.r2dbc.postgresql;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.client.Client;
import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.spi.R2dbcException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Hands out what a driver connection keeps to its package: the client that exchanges messages, the codecs, and the
 * mapping of server errors. Nothing else of Sluice lives in this package.
 *
 * @param client exchanges messages
 * @param codecs encode and decode values
 */
@NullMarked
public record SluiceWireAccess(Client client, Codecs codecs) {

    /** The line of driver releases whose inner shape is known. */
    private static final String KNOWN = "1.1.";

    /**
     * Tells whether this driver has the shape that is needed.
     *
     * @return what is different; empty if all is as expected
     */
    public static Optional<String> difference() {
        try {
            List<Method> needed = List.of(
                    PostgresqlConnection.class.getDeclaredMethod("getResources"),
                    ConnectionResources.class.getDeclaredMethod("getClient"),
                    ConnectionResources.class.getDeclaredMethod("getCodecs"),
                    ExceptionFactory.class.getDeclaredMethod("createException", ErrorResponse.class, String.class));
            return needed.stream()
                    .filter(method -> Modifier.isPrivate(method.getModifiers()))
                    .findFirst()
                    .map(method -> "the driver hides " + method)
                    .or(SluiceWireAccess::otherVersion);
        } catch (NoSuchMethodException | LinkageError e) {
            return Optional.of("the driver has no " + e.getMessage());
        }
    }

    private static Optional<String> otherVersion() {
        String version = PostgresqlConnection.class.getPackage().getImplementationVersion();
        return version == null || version.startsWith(KNOWN)
                ? Optional.empty()
                : Optional.of("driver %s (expected: %sx)".formatted(version, KNOWN));
    }

    /**
     * Opens a driver connection.
     *
     * @param connection a connection of the driver itself, not a wrapper
     * @return its client and codecs; null if it is not one of the driver's
     */
    public static @Nullable SluiceWireAccess of(Object connection) {
        if (connection instanceof PostgresqlConnection known) {
            ConnectionResources resources = known.getResources();
            return new SluiceWireAccess(resources.getClient(), resources.getCodecs());
        }
        return null;
    }

    /**
     * Makes of a server error what the driver makes of it.
     *
     * @param response the error
     * @param sql the statement
     * @return the exception
     */
    public static R2dbcException error(ErrorResponse response, String sql) {
        return ExceptionFactory.createException(response, sql);
    }

    /**
     * Tells whether the server ends the connection with an error.
     *
     * @param response the error
     * @return whether nothing that was sent on the connection runs any more
     */
    public static boolean endsConnection(ErrorResponse response) {
        String severity = details(response).getSeverityNonLocalized();
        return "FATAL".equals(severity) || "PANIC".equals(severity);
    }

    /**
     * The fields of a server error.
     *
     * @param response the error
     * @return its fields
     */
    public static ErrorDetails details(ErrorResponse response) {
        return new ErrorDetails(response.getFields());
    }
}
