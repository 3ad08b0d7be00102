package dev.sluice.benchmarks.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotsTest {

    private static final Path DOCUMENT = Path.of("../docs/benchmarks.md");

    private static final String SMALL = """
            ## Reads

            | way | calls/s | ratio | least |
            |---|---|---|---|
            | by hand | 1,000 | 1.000 | 1.000 |
            | Sluice | 1,200 | **1.200** | 1.100 |

            <!-- plot
            value: ratio
            low: least
            line: 1
            axis: times by hand
            emphasis: Sluice
            -->
            ![Reads](benchmarks/reads.svg)
            """;

    /** {@code ./mvnw -q -pl benchmarks -am process-classes -Dbench=plots} draws them anew. */
    @Test
    void everyPlotIsWhatTheDocumentsTablesGive() throws IOException {
        Map<String, String> drawn = Plots.draw(DOCUMENT);
        assertThat(drawn).hasSizeGreaterThan(20);
        for (Map.Entry<String, String> plot : drawn.entrySet()) {
            assertThat(DOCUMENT.resolveSibling(plot.getKey()))
                    .as("run the benchmark 'plots' to draw it anew")
                    .hasContent(plot.getValue());
            assertThat(plot.getValue().length()).as(plot.getKey()).isLessThan(60_000);
        }
        assertThat(Plots.stale(DOCUMENT, drawn.keySet())).isEmpty();
    }

    @Test
    void anotherFigureGivesAnotherPlotAndTheSameOneTheSame(@TempDir Path folder) throws IOException {
        String plot = draw(folder, SMALL);
        assertThat(plot).contains(">Sluice<", "1.200", "times by hand").doesNotContain("1,200");
        assertThat(draw(folder, SMALL)).isEqualTo(plot);
        assertThat(draw(folder, SMALL.replace("1.100", "1.101"))).isNotEqualTo(plot);
        assertThat(draw(folder, SMALL.replace("1.200", "1.300"))).isNotEqualTo(plot);
    }

    @Test
    void aPictureThatTheDocumentDoesNotShowIsStale(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("benchmarks"));
        Files.writeString(folder.resolve("benchmarks/old.svg"), "<svg/>");
        assertThat(Plots.stale(folder.resolve("benchmarks.md"), Set.of("benchmarks/reads.svg")))
                .containsExactly("benchmarks/old.svg");
    }

    private static String draw(Path folder, String markdown) throws IOException {
        Path document = Files.writeString(folder.resolve("benchmarks.md"), markdown);
        return Plots.draw(document).get("benchmarks/reads.svg");
    }

    @Nested
    class ADocument {

        @Test
        void isRefusedForATableThatNoPlotDraws() {
            String alone = SMALL.substring(0, SMALL.indexOf("<!--"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ResultDocument.plotsOf(alone))
                    .withMessageContaining("## Reads")
                    .withMessageContaining("no plot draws");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ResultDocument.plotsOf(alone + "\n## Next\n"))
                    .withMessageContaining("## Reads");
        }

        @Test
        void isRefusedForWhatItsTablesDoNotHave() {
            assertRefused(SMALL.replace("value: ratio", "value: median"), "no column 'median'");
            assertRefused(SMALL.replace("axis: times by hand", "axes: none"), "axes: none");
            assertRefused(SMALL.replace("line: 1", "scale: big"), "scale: big (expected one of [linear, log])");
            assertRefused(SMALL.replace("line: 1", "panels: a | b"), "1 tables (expected as many as panels: [a, b])");
            assertRefused(SMALL.replace("line: 1", "scale: log").replace("1.000 |", "0 |"), "logarithmic");
        }

        private static void assertRefused(String markdown, String because) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ResultDocument.plotsOf(markdown).forEach(Drawing::of))
                    .withMessageContaining(because);
        }
    }

    @Nested
    class AMark {

        @Test
        void isReadWithItsBounds() {
            assertThat(marks("value: ratio\nlow: least", "1.200", "1.100"))
                    .extracting(Mark::value, Mark::low, Mark::high, Mark::text)
                    .containsExactly(tuple(1.2, 1.1, 1.2, "1.200"));
            assertThat(marks("value: ratio", "1.51 (0.52–2.70)", ""))
                    .extracting(Mark::value, Mark::low, Mark::high)
                    .containsExactly(tuple(1.51, 0.52, 2.7));
            assertThat(marks("value: ratio", "112 ± 4", ""))
                    .extracting(Mark::value, Mark::low, Mark::high)
                    .containsExactly(tuple(112.0, 108.0, 116.0));
            assertThat(marks("value: ratio\nerror: least", "112", "± 4"))
                    .extracting(Mark::low, Mark::high)
                    .containsExactly(tuple(108.0, 116.0));
        }

        @Test
        void isTheNumberThatIsAskedForOfACell() {
            assertThat(marks("value: ratio #2 = p99", "5.6 / 8,008.5", ""))
                    .containsExactly(new Mark("way", "p99", 8008.5, 8008.5, 8008.5, "8,008.5"));
            assertThat(marks("value: ratio #1", "4, and the fifth later", ""))
                    .extracting(Mark::text)
                    .containsExactly("4");
        }

        @Test
        void isLeftOutWhereACellHasNoNumber() {
            assertThat(marks("value: ratio", "", "")).isEmpty();
        }

        @Test
        void isThePerCentOfALimit() {
            assertThat(marks("value: ratio\nlimit: least", "597", "p99 latency < 500 ms"))
                    .extracting(Mark::value, Mark::text)
                    .containsExactly(tuple(119.4, "597"));
        }

        private static List<Mark> marks(String lines, String ratio, String least) {
            ResultTable table =
                    new ResultTable(List.of("way", "ratio", "least"), List.of(List.of("way", ratio, least)));
            Plot plot = Plot.of(
                    "t",
                    "benchmarks/t.svg",
                    List.of(table),
                    (lines + "\naxis: x").lines().toList());
            return Mark.of(plot, table);
        }
    }
}
