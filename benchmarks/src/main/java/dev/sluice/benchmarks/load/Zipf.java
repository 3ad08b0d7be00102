package dev.sluice.benchmarks.load;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Ranks from 0 on, of which the first are asked for most: rank {@code r} in proportion to {@code 1 / (r + 1)^exponent}. Thread-safe. */
public final class Zipf {

    private final double[] cumulated;

    /**
     * @param size how many ranks
     * @param exponent how much more the first are asked for
     */
    public Zipf(int size, double exponent) {
        cumulated = new double[size];
        double sum = 0;
        for (int rank = 0; rank < size; rank++) {
            sum += 1 / Math.pow(rank + 1, exponent);
            cumulated[rank] = sum;
        }
    }

    /** @return a rank, from 0 on */
    public int next() {
        double point = ThreadLocalRandom.current().nextDouble() * cumulated[cumulated.length - 1];
        int found = Arrays.binarySearch(cumulated, point);
        return found >= 0 ? found : Math.min(-found - 1, cumulated.length - 1);
    }
}
