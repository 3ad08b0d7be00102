package dev.sluice.benchmarks.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Properties;

/** A result as markdown: what ran where, and its tables. Not thread-safe. */
public final class Report {

    private final StringBuilder text = new StringBuilder();

    /**
     * Begins with what ran, when and where.
     *
     * @param title of the section
     * @param server what PostgreSQL says of its version; empty if none took part
     * @param options what it was told
     */
    public Report(String title, String server, Options options) {
        text.append("## %s, %s%n%n".formatted(title, LocalDate.now(ZoneOffset.UTC)));
        text.append(
                server.isEmpty()
                        ? ""
                        : "PostgreSQL %s, r2dbc-postgresql %s, r2dbc-pool %s, "
                                .formatted(
                                        server,
                                        version("org.postgresql", "r2dbc-postgresql"),
                                        version("io.r2dbc", "r2dbc-pool")));
        text.append("JDK %s, %s, %d cores. Options: `%s`.%n"
                .formatted(
                        System.getProperty("java.version"),
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        options));
    }

    /** Adds a paragraph. */
    public Report paragraph(String format, Object... arguments) {
        text.append(System.lineSeparator()).append(format(format, arguments)).append(System.lineSeparator());
        return this;
    }

    /** Begins a table. */
    public Report columns(String... names) {
        text.append(System.lineSeparator());
        row((Object[]) names);
        text.append("|---".repeat(names.length)).append('|').append(System.lineSeparator());
        return this;
    }

    /** Adds a row; numbers are rounded to what can be meant. */
    public Report row(Object... cells) {
        for (Object cell : cells) {
            text.append("| ")
                    .append(cell instanceof Double number ? rounded(number) : cell)
                    .append(' ');
        }
        text.append('|').append(System.lineSeparator());
        return this;
    }

    private static String rounded(double number) {
        if (Double.isNaN(number)) {
            return "–";
        }
        double size = Math.abs(number);
        return format(size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", number);
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    private static String version(String group, String artifact) {
        String path = "/META-INF/maven/%s/%s/pom.properties".formatted(group, artifact);
        try (InputStream in = Report.class.getResourceAsStream(path)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "?");
        } catch (IOException e) {
            return "?";
        }
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
