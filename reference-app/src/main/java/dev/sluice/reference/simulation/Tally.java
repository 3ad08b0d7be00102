package dev.sluice.reference.simulation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts paths: how often each month, and the sum of all, fell into which bucket. Two tallies of different paths add up to
 * that of all, so a simulation can stop and go on anywhere.
 *
 * <p>A bucket is what doubles share that agree in their exponent and first {@value #BITS} bits: 512 to an octave, at most 0.2 %
 * wide. Cut from the bits, not by a logarithm, they are the same on every machine. Not thread-safe.
 */
final class Tally {

    private static final int BITS = 9;
    private static final int SHIFT = 52 - BITS;
    private static final long ONE = Double.doubleToRawLongBits(1);

    private final int[][] counts;

    private Tally(int[][] counts) {
        this.counts = counts;
    }

    static Tally empty(int horizon) {
        return new Tally(new int[horizon + 1][0]);
    }

    /** Of what {@link #packed()} made. */
    static Tally unpacked(int[][] packed) {
        int[][] counts = new int[packed.length][];
        for (int series = 0; series < packed.length; series++) {
            int[] from = packed[series];
            counts[series] = new int[from[0] + from.length - 1];
            System.arraycopy(from, 1, counts[series], from[0], from.length - 1);
        }
        return new Tally(counts);
    }

    /** For each series the first bucket in use, and the counts from there on. */
    int[][] packed() {
        int[][] packed = new int[counts.length][];
        for (int series = 0; series < packed.length; series++) {
            int[] of = counts[series];
            int first = firstUsed(of);
            packed[series] = new int[of.length - first + 1];
            packed[series][0] = first;
            System.arraycopy(of, first, packed[series], 1, of.length - first);
        }
        return packed;
    }

    /** Demand below zero is none. */
    void add(double[] path) {
        double sum = 0;
        for (int month = 0; month < path.length; month++) {
            double value = Math.max(path[month], 0);
            count(month, value);
            sum += value;
        }
        count(path.length, sum);
    }

    Quantiles quantiles(LocalDate firstMonth) {
        int horizon = counts.length - 1;
        List<Quantiles.Month> months = IntStream.range(0, horizon)
                .mapToObj(month -> Quantiles.Month.of(firstMonth.plusMonths(month), spread(counts[month])))
                .toList();
        return new Quantiles(months, spread(counts[horizon]));
    }

    private void count(int series, double value) {
        int bucket = (int) ((Double.doubleToRawLongBits(1 + value) - ONE) >>> SHIFT);
        if (bucket >= counts[series].length) {
            counts[series] = Arrays.copyOf(counts[series], bucket + 1);
        }
        counts[series][bucket]++;
    }

    private static int firstUsed(int[] of) {
        int first = 0;
        while (first < of.length && of[first] == 0) {
            first++;
        }
        return first;
    }

    private static Quantiles.Spread spread(int[] of) {
        return new Quantiles.Spread(quantile(of, 0.1), quantile(of, 0.5), quantile(of, 0.9));
    }

    /** The path at this rank; within its bucket the paths are taken as evenly spread. */
    private static BigDecimal quantile(int[] of, double share) {
        long paths = Arrays.stream(of).asLongStream().sum();
        long rank = Math.max(1, (long) Math.ceil(share * paths));
        int bucket = 0;
        long before = 0;
        while (before + of[bucket] < rank) {
            before += of[bucket];
            bucket++;
        }
        double within = (rank - before - 0.5) / of[bucket];
        double value = lowest(bucket) + within * (lowest(bucket + 1) - lowest(bucket));
        return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_EVEN);
    }

    private static double lowest(int bucket) {
        return Double.longBitsToDouble(ONE + ((long) bucket << SHIFT)) - 1;
    }
}
