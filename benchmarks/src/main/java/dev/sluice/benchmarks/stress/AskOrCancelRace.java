package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** One cancels while it asks, and nothing is free. r1: its grants; r2: who waits; r3: permits out in the end. */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "it left, whether or not it had begun to wait")
@Outcome(id = "0, 1, .*", expect = Expect.FORBIDDEN, desc = "it waits for ever")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was granted what nobody had given back")
@State
public class AskOrCancelRace {

    private final Admission admission = Subject.of(1);
    private final Asker holder = Asker.of(admission, Asker.request("acme", Asker.PATIENT));
    private final Asker asker = new Asker();

    @Actor
    public void ask() {
        asker.ask(admission, Asker.request("globex", Asker.PATIENT));
    }

    @Actor
    public void cancel() {
        asker.cancel();
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = asker.grants();
        result.r2 = admission.waiting();
        holder.giveBack();
        asker.giveBack();
        result.r3 = admission.inUse();
    }
}
