package dev.sluice.reference.search;

import dev.sluice.reference.background.WorkingTenants;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Keeps the search documents up to date: three workers of the workload {@code background}, each run once in the fleet. */
@Configuration(proxyBeanMethods = false)
class SearchWorkers {

    static final String SYNC = "search-sync";
    static final String JOBS = "search-jobs";

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int BATCH = 200;

    /** Writes the documents of what writers have queued. */
    @Bean
    Worker searchSync(SearchDocuments documents, WorkingTenants tenants) {
        return Worker.every(SYNC, INTERVAL, run -> documents.writeQueued(BATCH).map(SearchWorkers::progress))
                .forTenants(tenants.all());
    }

    /** Goes on with the oldest open job, a batch a run. */
    @Bean
    Worker searchJobs(SearchJobs jobs, WorkingTenants tenants) {
        return Worker.every(JOBS, INTERVAL, run -> jobs.open()
                        .next()
                        .flatMap(job -> jobs.advance(job.id(), job.reached(), BATCH))
                        .map(advanced -> Progress.MORE))
                .forTenants(tenants.all());
    }

    /** At the start of each process: queues what was written before there was a queue. */
    @Bean
    Worker searchBootstrap(SearchDocuments documents, WorkingTenants tenants) {
        return Worker.once(
                        "search-bootstrap", run -> documents.queueMissing(BATCH).map(SearchWorkers::progress))
                .forTenants(tenants.all());
    }

    private static Progress progress(long rows) {
        return rows < BATCH ? Progress.DONE : Progress.MORE;
    }
}
