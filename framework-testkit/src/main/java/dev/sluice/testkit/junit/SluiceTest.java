package dev.sluice.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a fresh PostgreSQL database, dropped after it. Parameters of constructors and methods of these types
 * are injected: {@link dev.sluice.testkit.cluster.TestDatabase} and {@link dev.sluice.testkit.cluster.SluiceCluster}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SluiceTestExtension.class)
public @interface SluiceTest {

    /** The SQL that makes the database: resources, folders or text, see {@code Migrations.of}. Run by the owner. */
    String[] migrations() default {};

    /**
     * Whether the class gets a cluster of its own, to be stopped and broken at will. The default is the cluster that all
     * test processes of the machine share.
     */
    boolean ownCluster() default false;
}
