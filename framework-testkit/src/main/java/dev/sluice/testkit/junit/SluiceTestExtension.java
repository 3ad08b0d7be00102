package dev.sluice.testkit.junit;

import dev.sluice.Sluice;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes what {@link SluiceTest} promises, once for each class, and takes it away after the class. */
final class SluiceTestExtension implements BeforeAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SluiceTestExtension.class);

    private static final Map<Class<?>, Function<Fixture, Object>> INJECTED = Map.of(
            TestDatabase.class, Fixture::database,
            SluiceCluster.class, Fixture::cluster,
            Sluice.class, Fixture::sluice);

    @Override
    public void beforeAll(ExtensionContext context) {
        fixture(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return INJECTED.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(INJECTED.get(parameter.getParameter().getType()))
                .apply(fixture(context));
    }

    /**
     * Nested classes find the fixture of the class around them, because their store's parent is its store.
     */
    private static Fixture fixture(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(Fixture.class, key -> Fixture.of(annotation(context)), Fixture.class);
    }

    private static SluiceTest annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(
                        context.getRequiredTestClass(), SluiceTest.class, context.getEnclosingTestClasses())
                .orElseThrow();
    }
}
