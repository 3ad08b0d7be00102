package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import dev.sluice.admission.Permit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two try one permit without waiting. r1, r2: what each got; r3: permits out in the end. */
@JCStressTest
@Outcome(
        id = {"1, 0, 0", "0, 1, 0"},
        expect = Expect.ACCEPTABLE,
        desc = "one had it")
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "each stood in the other's way")
@Outcome(expect = Expect.FORBIDDEN, desc = "two grants out of one permit, or a permit was lost")
@State
public class TriesRace {

    private final Admission admission = Subject.of(1);
    private @Nullable Permit one;
    private @Nullable Permit other;

    @Actor
    public void attempt() {
        one = admission.tryAcquire(Asker.request("acme", Asker.PATIENT));
    }

    @Actor
    public void attemptToo() {
        other = admission.tryAcquire(Asker.request("globex", Asker.PATIENT));
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = returned(one);
        result.r2 = returned(other);
        result.r3 = admission.inUse();
    }

    private static int returned(@Nullable Permit permit) {
        if (permit == null) {
            return 0;
        }
        permit.release();
        return 1;
    }
}
