package dev.sluice.benchmarks.plots;

import dev.sluice.benchmarks.load.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The plots of docs/benchmarks.md, each drawn from the tables above it. */
public final class Plots {

    /** The options of {@link #run}: where the document is, from the module's folder. */
    public static final Map<String, String> DEFAULTS = Map.of("document", "../docs/benchmarks.md");

    private Plots() {}

    /**
     * Draws all plots of the document anew, and removes those that it does not show any more.
     *
     * @return what was drawn
     * @throws IllegalArgumentException for a table that no plot draws, or one that cannot be drawn as asked
     */
    public static String run(Options options) throws IOException {
        Path document = Path.of(options.text("document"));
        Map<String, String> drawn = draw(document);
        for (String stale : stale(document, drawn.keySet())) {
            Files.delete(document.resolveSibling(stale));
        }
        for (Map.Entry<String, String> plot : drawn.entrySet()) {
            Path file = document.resolveSibling(plot.getKey());
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, plot.getValue());
        }
        return drawn.entrySet().stream()
                .map(plot ->
                        "%s, %d kB".formatted(plot.getKey(), (plot.getValue().length() + 999) / 1000))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /** @return each plot's SVG under its name, relative to the document */
    static Map<String, String> draw(Path document) throws IOException {
        Map<String, String> drawn = new TreeMap<>();
        for (Plot plot : ResultDocument.plotsOf(Files.readString(document))) {
            if (drawn.put(plot.file(), Drawing.of(plot)) != null) {
                throw new IllegalArgumentException("%s: drawn twice".formatted(plot.file()));
            }
        }
        return drawn;
    }

    /** @return names, relative to the document, of SVG files beside the drawn ones which the document does not show */
    static Set<String> stale(Path document, Set<String> drawn) throws IOException {
        Set<String> stale = new TreeSet<>();
        Set<String> folders =
                drawn.stream().map(name -> name.substring(0, name.indexOf('/'))).collect(Collectors.toSet());
        for (String folder : folders) {
            Path there = document.resolveSibling(folder);
            if (Files.isDirectory(there)) {
                try (var files = Files.newDirectoryStream(there, "*.svg")) {
                    files.forEach(file -> stale.add(folder + "/" + file.getFileName()));
                }
            }
        }
        stale.removeAll(drawn);
        return stale;
    }
}
