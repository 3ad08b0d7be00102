package dev.sluice.testkit.rules;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.PackageMatchers;
import dev.sluice.Sluice;
import dev.sluice.Sql;
import dev.sluice.repository.TenantRepository;
import java.util.List;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.util.context.Context;

/** Ways to the database, or to a chain that leads there, on which there is no tenant. */
final class TenantlessAccess {

    private static final PackageMatchers WITHOUT_TENANTS = PackageMatchers.of(
            "java.sql..",
            "javax.sql..",
            "org.springframework.jdbc..",
            "jakarta.persistence..",
            "org.hibernate..",
            "io.r2dbc.postgresql..");

    private TenantlessAccess() {}

    static boolean matches(JavaAccess<?> access) {
        return WITHOUT_TENANTS.test(access.getTargetOwner().getPackageName())
                || isTheDoor(access)
                || (isSubscribeWithoutContext(access) && usesSluice(access.getOriginOwner()));
    }

    private static boolean isTheDoor(JavaAccess<?> access) {
        return access.getName().equals("acrossTenants")
                && access.getTargetOwner().isAssignableTo(Sluice.class);
    }

    private static boolean isSubscribeWithoutContext(JavaAccess<?> access) {
        return access.getName().equals("subscribe")
                && access.getTarget() instanceof CodeUnitAccessTarget target
                && access.getTargetOwner().isAssignableTo(Publisher.class)
                && keepsNoContext(target.getRawParameterTypes());
    }

    private static boolean keepsNoContext(List<JavaClass> parameters) {
        return parameters.stream()
                .noneMatch(type -> type.isAssignableTo(Subscriber.class) || type.isEquivalentTo(Context.class));
    }

    private static boolean usesSluice(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> isSluice(dependency.getTargetClass()));
    }

    private static boolean isSluice(JavaClass type) {
        return type.isAssignableTo(Sluice.class)
                || type.isAssignableTo(Sql.class)
                || type.isAssignableTo(TenantRepository.class);
    }
}
