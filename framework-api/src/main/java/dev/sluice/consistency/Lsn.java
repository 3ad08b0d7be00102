package dev.sluice.consistency;

/**
 * A position in the write-ahead log of one timeline, ordered as PostgreSQL orders {@code pg_lsn}.
 *
 * @param value the 64-bit position, unsigned
 */
public record Lsn(long value) implements Comparable<Lsn> {

    /**
     * Parses PostgreSQL's text form.
     *
     * @param text two hexadecimal numbers of up to 8 digits, {@code 16/B374D848}
     * @return the position
     * @throws IllegalArgumentException if the text is not an LSN
     */
    public static Lsn parse(String text) {
        if (!text.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}")) {
            throw new IllegalArgumentException(
                    "LSN '%s' (expected: two hexadecimal numbers, as in 16/B374D848)".formatted(text));
        }
        int slash = text.indexOf('/');
        long high = Long.parseLong(text, 0, slash, 16);
        long low = Long.parseLong(text, slash + 1, text.length(), 16);
        return new Lsn(high << 32 | low);
    }

    /**
     * Tells whether everything up to another position is included in this one.
     *
     * @param other the other position
     * @return true at or beyond it
     */
    public boolean includes(Lsn other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** PostgreSQL's text form. */
    @Override
    public String toString() {
        return "%X/%X".formatted(value >>> 32, value & 0xFFFF_FFFFL);
    }
}
