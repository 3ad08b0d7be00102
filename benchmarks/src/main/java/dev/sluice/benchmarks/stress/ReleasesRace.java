package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import dev.sluice.admission.Permit;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** One permit is given back twice at once while two wait. r1: grants; r2: permits out; r3: who waits. */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "only one of the two counted")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was doubled or lost")
@State
public class ReleasesRace {

    private final Admission admission = Subject.of(1);
    private final Permit permit = Objects.requireNonNull(admission.tryAcquire(Asker.request("acme", Asker.PATIENT)));
    private final Asker one = Asker.of(admission, Asker.request("globex", Asker.PATIENT));
    private final Asker other = Asker.of(admission, Asker.request("initech", Asker.PATIENT));

    @Actor
    public void release() {
        permit.release();
    }

    @Actor
    public void releaseToo() {
        permit.release();
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = one.grants() + other.grants();
        result.r2 = admission.inUse();
        result.r3 = admission.waiting();
    }
}
