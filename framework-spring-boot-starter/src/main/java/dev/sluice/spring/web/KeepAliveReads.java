package dev.sluice.spring.web;

import io.netty.channel.Channel;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.server.HttpServer;

/**
 * Asks each connection for its next request once an answer is done. Reactor Netty 1.3.6 and 1.3.7 forget to,
 * when a request that arrived before the one ahead of it had ended is answered on the spot, as refusals are:
 * the connection stays open and is never read again (reactor-netty issue 4361, mended in 1.3.8). Where the
 * server asks by itself this changes nothing: asking twice is asking once.
 */
final class KeepAliveReads implements NettyServerCustomizer {

    @Override
    public HttpServer apply(HttpServer server) {
        return server.childObserve(KeepAliveReads::onStateChange);
    }

    private static void onStateChange(Connection connection, ConnectionObserver.State state) {
        if (state == ConnectionObserver.State.DISCONNECTING) {
            Channel channel = connection.channel();
            // Behind the server's own work on what it had put aside.
            channel.eventLoop().execute(() -> readNext(channel));
        }
    }

    private static void readNext(Channel channel) {
        if (channel.isActive() && !channel.config().isAutoRead()) {
            channel.read();
        }
    }
}
