package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import dev.sluice.benchmarks.admission.MovingLimits;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * The limit shrinks from two to one while a second permit is asked for. r1: grants to who asks; r2: grants to one more
 * who asks now; r3: to both when the first permit has come back; r4: permits out and requests waiting in the end.
 */
@JCStressTest
@Outcome(id = "1, 0, 1, 0", expect = Expect.ACCEPTABLE, desc = "granted before the limit shrank; it drains")
@Outcome(id = "0, 0, 1, 0", expect = Expect.ACCEPTABLE, desc = "the limit shrank first; the next release grants")
@Outcome(
        id = {"0, 1, .*", "1, 1, .*"},
        expect = Expect.FORBIDDEN,
        desc = "a grant above the new limit")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was lost, doubled, or idles beside a waiter")
@State
public class ShrinkOrAskRace {

    private final MovingLimits limits = new MovingLimits(2);
    private final Admission admission = Subject.fair(limits, 2);
    private final Asker holder = Asker.of(admission, Asker.request("acme", Asker.PATIENT));
    private final Asker asker = new Asker();

    @Actor
    public void shrink() {
        limits.move(1);
    }

    @Actor
    public void ask() {
        asker.ask(admission, Asker.request("globex", Asker.PATIENT));
    }

    @Arbiter
    public void settle(IIII_Result result) {
        result.r1 = asker.grants();
        Asker late = Asker.of(admission, Asker.request("initech", Asker.PATIENT));
        result.r2 = late.grants();
        holder.giveBack();
        result.r3 = asker.grants() + late.grants();
        asker.giveBack();
        late.giveBack();
        late.giveBack();
        result.r4 = admission.inUse() + admission.waiting();
    }
}
