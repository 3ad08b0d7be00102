package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.client.Client;
import io.r2dbc.postgresql.client.TransactionStatus;
import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.spi.Connection;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Who writes finds out that the connection is gone, on the connection's own thread; the driver tells all calls at once. */
class LostWhenSendingTest {

    private static final int CALLS = 3;

    private final List<FluxSink<BackendMessage>> conversations = new ArrayList<>();
    private final GroupSession session = new GroupSession(
            answering(Connection.class, LostWhenSendingTest::unasked),
            new SluiceWireAccess(
                    answering(Client.class, this::client), answering(Codecs.class, LostWhenSendingTest::unasked)),
            new SchemaChanges());

    @Test
    void allOnTheConnectionAreToldOnceNobodyIsWriting() {
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < CALLS; i++) {
            session.pipelined()
                    .rows(Group.of("read", "select 1"), row -> 1, 1)
                    .doOnError(lost -> {
                        assertThat(Thread.holdsLock(session.sending)).isFalse();
                        told.incrementAndGet();
                    })
                    .onErrorComplete(IOException.class)
                    .subscribe();
        }

        assertThat(told).hasValue(CALLS);
        assertThat(session.turn.isLost()).isTrue();
    }

    @Test
    void theLossIsNewsOnceWhoeverSharesTheConnection() {
        Session one = session.pipelined();
        Session other = session.pipelined();

        assertThat(one.noteLoss()).isTrue();
        assertThat(other.noteLoss()).isFalse();
        assertThat(session.noteLoss()).isFalse();
    }

    private Object client(String method) {
        return switch (method) {
            case "isConnected" -> true;
            case "getTransactionStatus" -> TransactionStatus.IDLE;
            case "getByteBufAllocator" -> UnpooledByteBufAllocator.DEFAULT;
            case "exchange" -> Flux.<BackendMessage>create(this::converse);
            default -> unasked(method);
        };
    }

    private static Object unasked(String method) {
        throw new UnsupportedOperationException(method);
    }

    private void converse(FluxSink<BackendMessage> conversation) {
        conversations.add(conversation);
        if (conversations.size() == CALLS) {
            conversations.forEach(each -> each.error(new IOException("connection reset")));
        }
    }

    private static <T> T answering(Class<T> type, Function<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.apply(method.getName())));
    }
}
