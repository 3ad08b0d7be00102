package dev.sluice.reference.demand;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;

/** Reads the bundled data set, {@code industry,month,unemployed_thousands,rate_percent}. */
public final class DemandCsv {

    private static final String RESOURCE = "/data/us-unemployment-by-industry.csv";

    private DemandCsv() {}

    /**
     * One line of the data set.
     *
     * @param industry the series
     * @param month the first day of its month
     * @param thousands the value, in thousands
     * @param ratePercent the rate, in percent
     */
    public record Line(String industry, LocalDate month, int thousands, BigDecimal ratePercent) {}

    /**
     * Reads the whole data set from the class path. Blocks: not for an event loop.
     *
     * @return its lines, in order
     */
    public static List<Line> read() {
        InputStream resource = DemandCsv.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new IllegalStateException(
                    "%s is not on the class path; build the application anew".formatted(RESOURCE));
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return reader.lines().skip(1).map(DemandCsv::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Line parse(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != 4) {
            throw new IllegalStateException(
                    "%s: %d fields in '%s' (expected: 4)".formatted(RESOURCE, fields.length, line));
        }
        return new Line(
                fields[0], YearMonth.parse(fields[1]).atDay(1), Integer.parseInt(fields[2]), new BigDecimal(fields[3]));
    }
}
