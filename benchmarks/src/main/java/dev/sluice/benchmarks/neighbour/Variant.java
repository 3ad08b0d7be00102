package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.Way;
import dev.sluice.benchmarks.database.Work;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs scenes on ways in alternating rounds and tells what became of the victims. */
final class Variant {

    private static final Logger LOG = LoggerFactory.getLogger(Variant.class);
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final List<Way> ways;
    private final List<Scene> scenes = new ArrayList<>();
    private final Map<Way, Map<Scene, Tally>> tallies = new LinkedHashMap<>();
    private final Options options;

    /**
     * @param ways what is compared
     * @param scenes who disturbs; a quiet one is added
     * @param options rounds, slice and seed
     */
    Variant(List<Way> ways, List<Scene> scenes, Options options) {
        this.ways = new ArrayList<>(ways);
        this.scenes.add(Scene.QUIET);
        this.scenes.addAll(scenes);
        this.options = options;
        for (Way way : ways) {
            Map<Scene, Tally> ofWay = new LinkedHashMap<>();
            this.scenes.forEach(scene -> ofWay.put(scene, new Tally()));
            tallies.put(way, ofWay);
        }
    }

    /** Each way quiet and disturbed once for warmth, then every scene in as many rounds as asked, in rotating order. */
    void run() throws TimeoutException {
        for (Way way : ways) {
            for (Scene scene : scenes.subList(0, 2)) {
                Slice.run(way, scene, WARM_UP, options.seed());
            }
        }
        List<Scene> order = new ArrayList<>(scenes);
        for (int round = 0; round < options.number("rounds"); round++) {
            for (Scene scene : order) {
                for (Way way : ways) {
                    Slice slice = Slice.run(way, scene, options.millis("slice"), options.seed() + round);
                    tally(way, scene).add(slice);
                    LOG.info(
                            "round {}: {}, {}: victims' p99 {} ms, {} work/s",
                            round + 1,
                            way.name(),
                            scene.name(),
                            slice.victims().millisAt(99),
                            Math.round(slice.workPerSecond()));
                }
            }
            Collections.reverse(ways);
            Collections.rotate(order, 1);
        }
    }

    private Tally tally(Way way, Scene scene) {
        return Objects.requireNonNull(Objects.requireNonNull(tallies.get(way)).get(scene));
    }

    /** Adds a table of one group of victims. */
    void table(Report report, Function<Slice, Outcomes> whose, Map<Work, Double> entitlements) {
        report.columns(
                "aggressors",
                "way",
                "p50 ms",
                "p99 ms without",
                "p99 ms with",
                "with / without",
                "per round: median (least–most)",
                "p99.9 ms",
                "errors",
                "work/s",
                "of entitlement");
        for (Scene scene : scenes) {
            Work work = scene.work();
            if (work != null) {
                double entitlement = Objects.requireNonNull(entitlements.get(work));
                tallies.keySet().forEach(way -> row(report, way, scene, whose, entitlement));
            }
        }
    }

    private void row(Report report, Way way, Scene scene, Function<Slice, Outcomes> whose, double entitlement) {
        Tally quiet = tally(way, Scene.QUIET);
        Tally tally = tally(way, scene);
        Outcomes with = tally.merged(whose);
        double without = quiet.merged(whose).millisAt(99);
        List<Double> ratios = tally.ratios(quiet, whose);
        report.row(
                scene.name(),
                way.name(),
                with.millisAt(50),
                without,
                with.millisAt(99),
                with.millisAt(99) / without,
                "%.2f (%.2f–%.2f)"
                        .formatted(ratios.get(ratios.size() / 2), ratios.get(0), ratios.get(ratios.size() - 1)),
                with.millisAt(99.9),
                with.failures() == 0 ? "0" : with.failures() + " " + with.reasons(),
                tally.workPerSecond(),
                tally.workPerSecond() / entitlement);
    }

    /** Adds how the aggressors' own calls failed, if any did. */
    void failures(Report report) {
        tallies.forEach((way, ofWay) -> ofWay.forEach((scene, tally) -> {
            Outcomes aggressors = tally.merged(Slice::aggressors);
            if (aggressors.failures() > 0) {
                report.paragraph(
                        "%s, %s: of the aggressors' calls %d failed: %s",
                        way.name(), scene.name(), aggressors.failures(), aggressors.reasons());
            }
        }));
    }
}
