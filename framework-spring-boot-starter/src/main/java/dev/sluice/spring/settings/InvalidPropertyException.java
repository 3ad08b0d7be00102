package dev.sluice.spring.settings;

/**
 * A property is unknown, missing or out of range. The message names its key, its value and what is expected.
 */
public final class InvalidPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param problem the full key, its value unless that is secret, and what is expected */
    public InvalidPropertyException(String problem) {
        super(problem);
    }

    /**
     * A property that must be there and is not.
     *
     * @param key its full key
     * @param expected what is expected
     * @return the exception
     */
    public static InvalidPropertyException missing(String key, String expected) {
        return new InvalidPropertyException("%s: missing (expected: %s)".formatted(key, expected));
    }
}
