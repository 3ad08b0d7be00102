package dev.sluice.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a fresh PostgreSQL database, dropped after it. Parameters of constructors and methods
 * are injected:
 *
 * <ul>
 *   <li>{@link dev.sluice.testkit.cluster.TestDatabase}, the database
 *   <li>{@link dev.sluice.testkit.cluster.SluiceCluster}, the cluster that holds it
 *   <li>{@link dev.sluice.Sluice}, connected to it when first asked for and closed after the class; external
 *       I/O inside its transactions is an error
 * </ul>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SluiceTestExtension.class)
public @interface SluiceTest {

    /**
     * The tenant of calls whose Context has none, on the injected {@code Sluice} and all that comes from it.
     * The default is nobody: such calls fail with {@link dev.sluice.tenant.MissingTenantException}, as in
     * production.
     */
    String tenant() default "";

    /**
     * The SQL that makes the database: resources, folders or text, see {@code Migrations.of}. Run by the
     * owner.
     */
    String[] migrations() default {};

    /**
     * Whether the class gets a cluster of its own, to be stopped and broken at will. The default is the
     * cluster that all test processes of the machine share.
     */
    boolean ownCluster() default false;

    /**
     * How many streaming standbys the cluster has, 0 to 8; more than 0 means a cluster of the class's own.
     */
    int standbys() default 0;
}
