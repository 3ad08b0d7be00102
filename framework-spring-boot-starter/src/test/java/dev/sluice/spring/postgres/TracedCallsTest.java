package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Mono;

/** With OpenTelemetry's tracer each call is a span of its caller's trace. */
@SluiceTest
class TracedCallsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static ConfigurableApplicationContext context;
    private static ThingService service;
    private static Spans spans;

    @BeforeAll
    static void start(TestDatabase database) {
        context = Application.run(Traced.class, database);
        service = context.getBean(ThingService.class);
        spans = context.getBean(Spans.class);
    }

    @AfterAll
    static void stop() {
        if (context != null) {
            context.close();
        }
    }

    @BeforeEach
    void forget() {
        spans.ended.clear();
    }

    @Test
    void aCallIsASpanOfItsCallersTrace() {
        Observation caller = Observation.start("caller", context.getBean(ObservationRegistry.class));
        run(service.insert("secret").contextWrite(values -> values.put("micrometer.observation", caller)));
        caller.stop();

        SpanData call = span("Things.insert");
        assertThat(call.getParentSpanId()).isEqualTo(spanNamed("caller").getSpanId());
        assertThat(call.getTraceId()).isEqualTo(spanNamed("caller").getTraceId());
        assertThat(call.getName()).isEqualToIgnoringCase("things.insert");
        assertThat(attribute(call, "waited.ms")).matches("\\d+");
        assertThat(attribute(call, "node")).isEqualTo("primary");
        assertThat(attribute(call, "target")).isEqualTo("primary");
        assertThat(attribute(call, "workload")).isEqualTo("interactive");
        assertThat(attribute(call, "outcome")).isEqualTo("done");
        assertThat(attribute(call, "tenant")).isEqualTo("acme");
        assertThat(call.toString()).doesNotContain("secret");
    }

    @Test
    void callsInsideATransactionAreSpansEach() {
        run(service.required(() -> service.insert("one").then(service.names())));

        assertThat(spans.ended)
                .extracting(span -> attribute(span, "statement"))
                .containsExactly("Things.insert", "Things.findAll");
    }

    @Test
    void aCallThatFailsIsASpanWithAnError() {
        assertThatThrownBy(() -> run(service.sleep(5).contextWrite(Access.deadline(Duration.ofMillis(100)))))
                .isNotNull();

        assertThat(attribute(span("sql"), "outcome")).isEqualTo("failed");
        assertThat(span("sql").getStatus().getStatusCode().name()).isEqualTo("ERROR");
    }

    @Test
    void whatACallWasCalledWithIsInNoSpanEvenIfTheServerNamesIt() {
        assertThatThrownBy(() -> run(context.getBean(Sluice.class)
                        .sql("select cast(cast(:v as text) as int)")
                        .bind("v", "hunter2")
                        .as(Integer.class)
                        .one()))
                .hasStackTraceContaining("hunter2");

        assertThat(span("sql").getEvents()).isNotEmpty();
        assertThat(span("sql").toString()
                        + span("sql").getEvents()
                        + span("sql").getStatus())
                .contains("22P02")
                .doesNotContain("hunter2");
    }

    private static <T> void run(Mono<T> call) {
        call.contextWrite(Access.tenant("acme")).block(PATIENCE);
    }

    private static SpanData span(String statement) {
        return spans.ended.stream()
                .filter(span -> statement.equals(attribute(span, "statement")))
                .findFirst()
                .orElseThrow();
    }

    private static SpanData spanNamed(String name) {
        return spans.ended.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String attribute(SpanData span, String key) {
        return span.getAttributes().get(AttributeKey.stringKey(key));
    }

    /** Keeps what ended. */
    static final class Spans implements SpanExporter {

        private final List<SpanData> ended = new CopyOnWriteArrayList<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            ended.addAll(batch);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class Traced {

        @Bean
        Spans spans() {
            return new Spans();
        }

        @Bean(destroyMethod = "close")
        SdkTracerProvider tracerProvider(Spans spans) {
            return SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build();
        }

        @Bean
        ObservationHandler<Observation.Context> tracing(SdkTracerProvider provider) {
            return new DefaultTracingObservationHandler(
                    new OtelTracer(provider.get("test"), new OtelCurrentTraceContext(), event -> {}));
        }
    }
}
