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
 * The limit rises from one to two while the first of two waiters cancels. r1, r2: grants to the first and to the
 * second; r3: permits out and requests waiting when all is given back.
 */
@JCStressTest
@Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "granted first: it was his to give back")
@Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "cancelled first: the new slot went to the next")
@Outcome(id = "1, 1, .*", expect = Expect.FORBIDDEN, desc = "three permits out of two")
@Outcome(id = "0, 0, .*", expect = Expect.FORBIDDEN, desc = "the new slot idles beside a waiter")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was lost")
@State
public class RaiseOrCancelRace {

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
    public void cancel() {
        first.cancel();
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = first.grants();
        result.r2 = second.grants();
        holder.giveBack();
        first.giveBack();
        second.giveBack();
        result.r3 = admission.inUse() + admission.waiting();
    }
}
