package dev.sluice.benchmarks.background;

import dev.sluice.access.Workload;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reconciliation of 3,000 scenarios, of which 60 need work again and again, beside a load of point selects on the same ten
 * connections; and what happens when its runner is killed, or stopped and woken later.
 */
public final class Reconciling {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final int NEED_EACH = 5;

    private Reconciling() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("rounds", "5");
        options.put("slice", "8000");
        options.put("warmup", "30000");
        options.put("per-second", "200");
        options.put("kills", "5");
        options.put("seed", "20261121");
        return options;
    }

    /** Runs the slices, then the kills. */
    public static Report run(Options options) throws Exception {
        try (ScenarioDatabase database = new ScenarioDatabase()) {
            Report report = new Report("Reconciliation beside the API", database.version(), options);
            beside(database, options, report);
            takeovers(database, options, report);
            return report;
        }
    }

    private static void beside(ScenarioDatabase database, Options options, Report report) throws Exception {
        R2dbcSluice sluice = database.connect();
        Api api = new Api(sluice, options.number("per-second"), options.seed());
        Duration slice = options.millis("slice");
        Slices one = new Slices("API alone");
        Slices two = new Slices("API alone, again");
        Slices with = new Slices("with reconciliation");
        int mostInUse;
        long samples;
        long done;
        database.need(0);
        Reconciler reconciler = new Reconciler(sluice);
        sluice.workers().start(reconciler.worker(INTERVAL));
        warmUp(database, reconciler, api, options.millis("warmup"));
        // Whoever looks on does so in all slices: it has a price too.
        try (Sampler sampler = new Sampler(sluice, Workload.RECONCILIATION, database.database());
                Needs needs = new Needs(database, NEED_EACH)) {
            needs.begin();
            api.load(slice);
            needs.end();
            for (int round = 0; round < options.number("rounds"); round++) {
                one.add(api.load(slice));
                needs.begin();
                with.add(api.load(slice));
                needs.end();
                two.add(api.load(slice));
            }
            mostInUse = sampler.mostInUse();
            samples = sampler.samples();
            done = needs.done();
        }
        sluice.closeGracefully().block(PATIENCE);
        report.paragraph(
                "3,000 scenarios of 12 tenants; the reconciler looks at each tenant every 200 ms all the time. In its slices %d"
                        + " scenarios are made to need an action of 20 ms, anew as soon as all have it (%d actions in all). The"
                        + " workload has 2 connections of 10. In use by it at most: %d of 2 (%d samples). A/A spread of p99: %.2f.",
                NEED_EACH * ScenarioDatabase.TENANTS.size(), done, mostInUse, samples, Slices.spread(one, two));
        report.columns("slices", "answers", "errors", "p50 ms", "p99 ms", "p99 / alone");
        one.row(report, one);
        two.row(report, one);
        with.row(report, one);
    }

    // At 80 actions a second it would take minutes until what they run through is compiled.
    private static void warmUp(ScenarioDatabase database, Reconciler reconciler, Api api, Duration length)
            throws Exception {
        api.warmUp(length);
        reconciler.hurry(true);
        try (Needs all = new Needs(database, ScenarioDatabase.SCENARIOS_EACH)) {
            all.begin();
            api.load(length);
            all.end();
        }
        reconciler.hurry(false);
        database.need(0);
    }

    private static void takeovers(ScenarioDatabase database, Options options, Report report) throws Exception {
        R2dbcSluice survivor = database.connect();
        List<Double> killed = new ArrayList<>();
        List<Double> frozen = new ArrayList<>();
        long twice = 0;
        long fromThePast = 0;
        long expected = (long) NEED_EACH * ScenarioDatabase.TENANTS.size();
        for (int i = 0; i < 2 * options.number("kills"); i++) {
            boolean kill = i % 2 == 0;
            database.database().execute(Role.OWNER, "delete from sluice_leases");
            database.need(0);
            RunnerProcess runner = RunnerProcess.start(
                    database.database().url(), database.database().credentials(Role.APP));
            Await.until(PATIENCE, () -> holds(database, runner), "the other process has the lease");
            R2dbcSluice here = i == 0 ? survivor : database.connect();
            here.workers().start(new Reconciler(here).worker(INTERVAL));
            database.need(NEED_EACH);
            Await.until(PATIENCE, () -> database.number("select count(*) from action_log") > 0, "it is at work");
            long stopped = System.nanoTime();
            if (kill) {
                runner.kill();
            } else {
                runner.signal("STOP");
            }
            Await.until(PATIENCE, () -> !holds(database, runner), "another process has the lease");
            (kill ? killed : frozen).add((System.nanoTime() - stopped) / 1e9);
            Await.until(
                    PATIENCE,
                    () -> database.number("select count(*) from scenarios where ready < wanted") == 0,
                    "done");
            if (!kill) {
                runner.signal("CONT");
                database.database().execute(Role.OWNER, "update scenarios set wanted = wanted + 1 where id <= 5");
                Await.until(
                        PATIENCE,
                        () -> database.number("select count(*) from scenarios where ready < wanted") == 0,
                        "done again");
                Pause.of(Duration.ofSeconds(3));
            }
            twice += database.number("select count(*) from scenarios where effects > wanted - 1")
                    + Math.abs(database.number("select count(*) from action_log") - (kill ? expected : 2 * expected));
            fromThePast += database.number(
                    "select count(*) from action_log old where exists (select from action_log new where new.epoch > old.epoch"
                            + " and new.id < old.id)");
            runner.kill();
            here.closeGracefully().block(PATIENCE);
        }
        report.paragraph(
                "Its runner in another process, stopped in the middle of a cycle; the lease lasts 6 s. Done twice or left out: %d."
                        + " Written by a runner after another had taken over: %d.",
                twice, fromThePast);
        report.columns("runner", "times", "taken over after s, at least", "at most");
        report.row("SIGKILL", killed.size(), min(killed), max(killed));
        report.row("SIGSTOP, SIGCONT once all is done", frozen.size(), min(frozen), max(frozen));
    }

    private static boolean holds(ScenarioDatabase database, RunnerProcess runner) {
        return database.number("select count(*) from sluice_leases where holder like '%/" + runner.pid() + "/%'") == 1;
    }

    private static double min(List<Double> values) {
        return values.stream().mapToDouble(v -> v).min().orElse(Double.NaN);
    }

    private static double max(List<Double> values) {
        return values.stream().mapToDouble(v -> v).max().orElse(Double.NaN);
    }
}
