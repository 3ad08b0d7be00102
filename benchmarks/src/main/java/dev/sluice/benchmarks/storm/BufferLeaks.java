package dev.sluice.benchmarks.storm;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.util.ResourceLeakDetector;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** Counts what Netty says of buffers that were collected without having been released. */
final class BufferLeaks extends AppenderBase<ILoggingEvent> {

    private final AtomicInteger seen = new AtomicInteger();

    private BufferLeaks() {}

    /** Has Netty track every buffer from now on. */
    static BufferLeaks watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        BufferLeaks leaks = new BufferLeaks();
        leaks.start();
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(leaks);
        return leaks;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getFormattedMessage().startsWith("LEAK")) {
            seen.incrementAndGet();
        }
    }

    /** How many so far. Netty looks when it allocates, after a garbage collection. */
    int seen() {
        return seen.get();
    }
}
