package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** One asks while the only permit comes back. r1: grants; r2: who waits; r3: permits out in the end. */
@JCStressTest
@Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "the permit came to the one who asked")
@Outcome(id = "0, .*", expect = Expect.FORBIDDEN, desc = "a slot idles beside a waiter")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was lost or doubled")
@State
public class AskOrReleaseRace {

    private final Admission admission = Subject.of(1);
    private final Asker holder = Asker.of(admission, Asker.request("acme", Asker.PATIENT));
    private final Asker asker = new Asker();

    @Actor
    public void release() {
        holder.giveBack();
    }

    @Actor
    public void ask() {
        asker.ask(admission, Asker.request("globex", Asker.PATIENT));
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = asker.grants();
        result.r2 = admission.waiting();
        asker.giveBack();
        result.r3 = admission.inUse();
    }
}
