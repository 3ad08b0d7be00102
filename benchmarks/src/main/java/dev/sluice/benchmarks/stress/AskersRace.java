package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two ask for one permit. r1: grants before it came back; r2: grants after; r3: permits out in the end. */
@JCStressTest
@Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "one had it, then the other")
@Outcome(id = "2, .*", expect = Expect.FORBIDDEN, desc = "two grants out of one permit")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was lost, or idled beside a waiter")
@State
public class AskersRace {

    private final Admission admission = Subject.of(1);
    private final Asker one = new Asker();
    private final Asker other = new Asker();

    @Actor
    public void ask() {
        one.ask(admission, Asker.request("acme", Asker.PATIENT));
    }

    @Actor
    public void askToo() {
        other.ask(admission, Asker.request("globex", Asker.PATIENT));
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = one.grants() + other.grants();
        one.giveBack();
        other.giveBack();
        result.r2 = one.grants() + other.grants();
        one.giveBack();
        other.giveBack();
        result.r3 = admission.inUse();
    }
}
