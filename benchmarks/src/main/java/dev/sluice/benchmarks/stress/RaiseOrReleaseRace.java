package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import dev.sluice.benchmarks.admission.MovingLimits;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The limit rises from one to two while the only permit comes back; two wait. r1: grants; r2: permits out; r3: permits
 * out and requests waiting when all is given back.
 */
@JCStressTest
@Outcome(id = "2, 2, 0", expect = Expect.ACCEPTABLE, desc = "both run")
@Outcome(
        id = {"0, .*", "1, .*"},
        expect = Expect.FORBIDDEN,
        desc = "a slot idles beside a waiter")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was lost or doubled")
@State
public class RaiseOrReleaseRace {

    private final MovingLimits limits = new MovingLimits(1);
    private final Admission admission = Subject.fair(limits, 2);
    private final Asker holder = Asker.of(admission, Asker.request("acme", Asker.PATIENT));
    private final Asker first = Asker.of(admission, Asker.request("globex", Asker.PATIENT));
    private final Asker second = Asker.of(admission, Asker.request("initech", Asker.PATIENT));

    @Actor
    public void raise() {
        limits.move(2);
    }

    @Actor
    public void release() {
        holder.giveBack();
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = first.grants() + second.grants();
        result.r2 = admission.inUse();
        first.giveBack();
        second.giveBack();
        result.r3 = admission.inUse() + admission.waiting();
    }
}
