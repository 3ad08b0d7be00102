package dev.sluice.cache;

import java.lang.reflect.Type;

/**
 * Writes answers as bytes and reads them again. An error of either is metered, and the read goes to the database. Thread-safe; must
 * not block.
 */
public interface CacheCodec {

    /** @return names the format, so that values of another one are not read; 1 to 16 letters and digits */
    String name();

    /**
     * Writes a value.
     *
     * @param value the value
     * @param type its declared type
     * @return the bytes
     * @throws RuntimeException if it cannot be written
     */
    byte[] encode(Object value, Type type);

    /**
     * Reads a value.
     *
     * @param bytes what {@link #encode} has written, perhaps by another version of the application
     * @param type the declared type
     * @return the value
     * @throws RuntimeException if it cannot be read
     */
    Object decode(byte[] bytes, Type type);
}
