package dev.sluice.repository;

/**
 * A {@code jsonb} value, as text; PostgreSQL validates and normalizes it.
 *
 * @param value the JSON text
 */
public record Json(String value) {

    /**
     * Makes a JSON value.
     *
     * @param value the JSON text
     * @return the value
     */
    public static Json of(String value) {
        return new Json(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
