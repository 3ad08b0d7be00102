package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The permit comes back about when the waiter's deadline passes. r1: grants; r2: rejections; r3: permits out and
 * requests waiting in the end.
 */
@JCStressTest
@Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "granted in time")
@Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "rejected, and the permit is free")
@Outcome(id = "1, 1, .*", expect = Expect.FORBIDDEN, desc = "granted and rejected")
@Outcome(id = "0, 2, .*", expect = Expect.FORBIDDEN, desc = "rejected twice")
@Outcome(expect = Expect.FORBIDDEN, desc = "neither granted nor rejected, or a permit was lost")
@State
public class GrantOrRejectRace {

    /** So short that it passes about when the actors begin, and sometimes later. */
    private static final Duration SHORT = Duration.ofNanos(200_000);

    private final Admission admission = Subject.of(1);
    private final Asker holder = Asker.of(admission, Asker.request("acme", Asker.PATIENT));
    private final Asker waiter = Asker.of(admission, Asker.request("globex", SHORT));
    private final Runnable look = HandScheduler.takeTask();

    @Actor
    public void release() {
        holder.giveBack();
    }

    @Actor
    public void look() {
        look.run();
    }

    @Arbiter
    public void settle(III_Result result) {
        result.r1 = waiter.grants();
        result.r2 = waiter.rejections();
        waiter.giveBack();
        result.r3 = admission.inUse() + admission.waiting();
    }
}
