package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.load.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The slices of one way under one scene, over all rounds. */
final class Tally {

    private final List<Slice> slices = new ArrayList<>();

    void add(Slice slice) {
        slices.add(slice);
    }

    /** The calls of all rounds in one histogram. */
    Outcomes merged(Function<Slice, Outcomes> whose) {
        Outcomes all = new Outcomes();
        slices.forEach(slice -> all.add(whose.apply(slice)));
        return all;
    }

    /** The 99th percentile of each round over that of the quiet slice of the same round, ascending. */
    List<Double> ratios(Tally quiet, Function<Slice, Outcomes> whose) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < slices.size(); round++) {
            double with = whose.apply(slices.get(round)).millisAt(99);
            ratios.add(with / whose.apply(quiet.slices.get(round)).millisAt(99));
        }
        return ratios.stream().sorted().toList();
    }

    double workPerSecond() {
        return slices.stream().mapToDouble(Slice::workPerSecond).average().orElse(0);
    }
}
