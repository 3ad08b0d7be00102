package dev.sluice.testkit.junit;

import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes what {@link SluiceTest} promises, once for each class, and takes it away after the class. */
final class SluiceTestExtension implements BeforeAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SluiceTestExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        fixture(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestDatabase.class || type == SluiceCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Fixture fixture = fixture(context);
        return parameter.getParameter().getType() == TestDatabase.class ? fixture.database() : fixture.cluster();
    }

    /** Nested classes find the fixture of the class around them, because their store's parent is its store. */
    private static Fixture fixture(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(Fixture.class, key -> Fixture.of(annotation(context)), Fixture.class);
    }

    private static SluiceTest annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(
                        context.getRequiredTestClass(), SluiceTest.class, context.getEnclosingTestClasses())
                .orElseThrow();
    }

    private record Fixture(SluiceCluster cluster, TestDatabase database) implements AutoCloseable {

        static Fixture of(SluiceTest test) {
            Migrations migrations = Migrations.of(test.migrations());
            SluiceCluster cluster =
                    test.ownCluster() ? SluiceCluster.start(ClusterSpec.single()) : SluiceCluster.shared();
            try {
                return new Fixture(cluster, cluster.createDatabase(migrations));
            } catch (RuntimeException e) {
                cluster.close();
                throw e;
            }
        }

        @Override
        public void close() {
            try {
                cluster.dropDatabase(database);
            } finally {
                cluster.close();
            }
        }
    }
}
