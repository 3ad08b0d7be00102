package dev.sluice.benchmarks.stress;

import java.util.SortedSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.vm.VMSupport;

/**
 * jcstress with biased locking left off, as JDK 17 has it; by itself it runs each race a second time with it. Nothing that
 * races here is a monitor.
 */
final class Races extends JCStress {

    private static final String BIASED = "-XX:+UseBiasedLocking";

    private Races(Options options) {
        super(options);
    }

    /** Is asked between the search for configurations and the making of the plan. */
    @Override
    public SortedSet<String> getTests() {
        VMSupport.getAvailableVMConfigs()
                .removeIf(configuration -> configuration.origArgs().contains(BIASED));
        return super.getTests();
    }

    public static void main(String[] args) throws Exception {
        Options options = new Options(args);
        if (!options.parse()) {
            System.exit(1);
        }
        new Races(options).run();
    }
}
