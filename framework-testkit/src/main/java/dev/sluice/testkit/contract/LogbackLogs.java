package dev.sluice.testkit.contract;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Collects what Logback logs: Sluice at every level, all else at its configured one. Used only if Logback is there. */
final class LogbackLogs extends AppenderBase<ILoggingEvent> {

    private static final int MOST = 100_000;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Logger root = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger sluice = logger("dev.sluice");
    private final @Nullable Level level = sluice.getLevel();
    private final boolean additive = sluice.isAdditive();

    static CapturedLogs begin() {
        LogbackLogs logs = new LogbackLogs();
        logs.setContext(logs.root.getLoggerContext());
        logs.start();
        logs.root.addAppender(logs);
        // Apart from the root, so that ten thousand debug lines do not reach the console.
        logs.sluice.setAdditive(false);
        logs.sluice.setLevel(Level.TRACE);
        logs.sluice.addAppender(logs);
        return logs::end;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (count.incrementAndGet() <= MOST) {
            String error =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + " " + error);
        }
    }

    private List<String> end() {
        root.detachAppender(this);
        sluice.detachAppender(this);
        sluice.setLevel(level);
        sluice.setAdditive(additive);
        stop();
        return List.copyOf(lines);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
