package dev.sluice.benchmarks.database;

import java.util.Locale;
import org.reactivestreams.Publisher;

/** A slow call. */
public sealed interface Work {

    /** @return its name in a table */
    String name();

    /** Begins the call through a repository. */
    Publisher<?> on(Products products);

    /** @return the same as SQL with one positional parameter */
    String sql();

    /** @return the parameter */
    Number parameter();

    /**
     * Holds a connection and no processor.
     *
     * @param seconds for how long
     */
    record Sleep(double seconds) implements Work {

        @Override
        public String name() {
            return String.format(Locale.ROOT, "pg_sleep(%s)", seconds);
        }

        @Override
        public Publisher<?> on(Products products) {
            return products.sleep(seconds);
        }

        @Override
        public String sql() {
            return "select 1 from pg_sleep($1)";
        }

        @Override
        public Number parameter() {
            return seconds;
        }
    }

    /**
     * Holds a connection and a processor.
     *
     * @param numbers how many to compute with
     */
    record Compute(int numbers) implements Work {

        @Override
        public String name() {
            return "processor";
        }

        @Override
        public Publisher<?> on(Products products) {
            return products.compute(numbers);
        }

        @Override
        public String sql() {
            return "select count(*) from generate_series(1, $1) n where sqrt(n) * sqrt(n + 1) > 0";
        }

        @Override
        public Number parameter() {
            return numbers;
        }
    }
}
