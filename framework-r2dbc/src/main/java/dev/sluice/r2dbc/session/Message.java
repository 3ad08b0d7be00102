package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.message.frontend.FrontendMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Bytes that go out in one write. Whoever comes first takes the buffer: the driver to send it, or we to release it. */
final class Message extends AtomicBoolean implements FrontendMessage {

    private static final long serialVersionUID = 1L;

    private final transient ByteBuf bytes;

    Message(ByteBuf bytes) {
        this.bytes = bytes;
    }

    @Override
    public Publisher<ByteBuf> encode(ByteBufAllocator allocator) {
        return compareAndSet(false, true) ? Mono.just(bytes) : Mono.empty();
    }

    /** Whether it was not sent, and now never will be. */
    boolean releaseUnsent() {
        boolean unsent = compareAndSet(false, true);
        if (unsent) {
            bytes.release();
        }
        return unsent;
    }

    // The driver logs messages at DEBUG; bytes hold bound values.
    @Override
    public String toString() {
        return "Message";
    }
}
