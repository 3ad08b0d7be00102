package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * The permit comes back while the first of two waiters cancels. r1, r2: grants to the first and to the second; r3:
 * grants to one who asks when all is given back; r4: permits out in the end.
 */
@JCStressTest
@Outcome(id = "1, 0, 1, 0", expect = Expect.ACCEPTABLE, desc = "granted first: it was his to give back")
@Outcome(id = "0, 1, 1, 0", expect = Expect.ACCEPTABLE, desc = "cancelled first: the permit went to the next")
@Outcome(id = "1, 1, .*", expect = Expect.FORBIDDEN, desc = "granted to both, so the first was granted and cancelled")
@Outcome(id = "0, 0, .*", expect = Expect.FORBIDDEN, desc = "the permit was lost, or idles beside a waiter")
@Outcome(expect = Expect.FORBIDDEN, desc = "after cancel and release nobody can acquire")
@State
public class GrantOrCancelRace {

    private final Admission admission = Subject.of(1);
    private final Asker holder = Asker.of(admission, Asker.request("acme", Asker.PATIENT));
    private final Asker first = Asker.of(admission, Asker.request("globex", Asker.PATIENT));
    private final Asker second = Asker.of(admission, Asker.request("initech", Asker.PATIENT));

    @Actor
    public void release() {
        holder.giveBack();
    }

    @Actor
    public void cancel() {
        first.cancel();
    }

    @Arbiter
    public void settle(IIII_Result result) {
        result.r1 = first.grants();
        result.r2 = second.grants();
        first.giveBack();
        second.giveBack();
        second.giveBack();
        Asker last = Asker.of(admission, Asker.request("umbrella", Asker.PATIENT));
        result.r3 = last.grants();
        last.giveBack();
        result.r4 = admission.inUse() + admission.waiting();
    }
}
