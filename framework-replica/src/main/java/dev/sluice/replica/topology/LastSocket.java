package dev.sluice.replica.topology;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/**
 * Reactor Netty's own event loops, which remember the socket that was opened last. The driver forgets the socket of a login
 * that is cancelled: a frozen server would collect them, one for each attempt. For one connection at a time.
 */
final class LastSocket implements LoopResources {

    private final LoopResources loops = TcpResources.get();
    // Guarded by this.
    private Runnable close = () -> {};
    private boolean givenUp;

    /** A connection is about to be opened. */
    synchronized void expect() {
        close = () -> {};
        givenUp = false;
    }

    /** Closes the socket that was opened since, or is opened later. */
    synchronized void giveUp() {
        givenUp = true;
        close.run();
    }

    @Override
    public synchronized <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        C socket = loops.onChannel(type, group);
        close = () -> close(socket, group);
        if (givenUp) {
            close.run();
        }
        return socket;
    }

    // Who opens it registers it, and it cannot be closed before. Nobody waits for the end of a socket.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void close(Channel socket, EventLoopGroup group) {
        if (socket.isRegistered()) {
            socket.close();
        } else {
            group.schedule((Runnable) socket::close, 1, TimeUnit.SECONDS);
        }
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
        return loops.onChannelClass(type, group);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loops.onClient(useNative);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops.onServerSelect(useNative);
    }

    @Override
    public boolean daemon() {
        return loops.daemon();
    }
}
