package dev.sluice.benchmarks.background;

import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Report;
import java.util.ArrayList;
import java.util.List;

/** The API's outcomes, slice by slice, of one kind of slice. */
final class Slices {

    private final String name;
    private final List<Outcomes> all = new ArrayList<>();

    Slices(String name) {
        this.name = name;
    }

    void add(Outcomes slice) {
        all.add(slice);
    }

    double medianMillisAt(double percentile) {
        List<Double> sorted =
                all.stream().map(slice -> slice.millisAt(percentile)).sorted().toList();
        int n = sorted.size();
        return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }

    /** How far apart two kinds of slices were that ought to be alike: the largest ratio within a round. */
    static double spread(Slices one, Slices other) {
        double most = 1;
        for (int round = 0; round < one.all.size(); round++) {
            double a = one.all.get(round).millisAt(99);
            double b = other.all.get(round).millisAt(99);
            most = Math.max(most, Math.max(a / b, b / a));
        }
        return most;
    }

    void row(Report report, Slices base, Object... more) {
        Outcomes sum = new Outcomes();
        all.forEach(sum::add);
        List<Object> cells = new ArrayList<>(List.of(
                name,
                sum.successes(),
                sum.failures() + (sum.failures() == 0 ? "" : " " + sum.reasons()),
                medianMillisAt(50),
                medianMillisAt(99),
                medianMillisAt(99) / base.medianMillisAt(99)));
        cells.addAll(List.of(more));
        report.row(cells.toArray());
    }
}
