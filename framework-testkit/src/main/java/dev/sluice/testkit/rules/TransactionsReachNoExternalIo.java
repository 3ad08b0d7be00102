package dev.sluice.testkit.rules;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitReference;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.PackageMatchers;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.sluice.Sluice;
import dev.sluice.transaction.ExternalIo;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Follows calls from inside the transactions of a class, and reports the first way to external I/O of each. */
final class TransactionsReachNoExternalIo extends ArchCondition<JavaClass> {

    private static final Set<String> TRANSACTIONAL =
            Set.of("org.springframework.transaction.annotation.Transactional", "jakarta.transaction.Transactional");
    private static final String OPERATOR = "org.springframework.transaction.reactive.TransactionalOperator";

    /** So that the same code gives the same message. */
    private static final Comparator<JavaAccess<?>> IN_ORDER = Comparator.<JavaAccess<?>>comparingInt(
                    JavaAccess::getLineNumber)
            .thenComparing(access -> access.getTarget().getFullName());

    private final PackageMatchers clients;

    TransactionsReachNoExternalIo(String... morePackages) {
        super("reach no external I/O from inside a transaction");
        clients = PackageMatchers.of(Stream.concat(Stream.of(ClientTypes.EXTERNAL_IO), Stream.of(morePackages))
                .toList());
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (JavaCodeUnit method : type.getCodeUnits()) {
            wayToExternalIo(method)
                    .ifPresent(way -> events.add(SimpleConditionEvent.violated(
                            method,
                            "%s, which opens a transaction, reaches external I/O: %s"
                                    .formatted(method.getFullName(), way.description()))));
        }
    }

    private Optional<Way> wayToExternalIo(JavaCodeUnit opening) {
        Deque<Way> ahead = new ArrayDeque<>();
        Set<JavaCodeUnit> seen = new HashSet<>();
        inside(opening).sorted(IN_ORDER).forEach(access -> ahead.add(new Way(access, null)));
        while (!ahead.isEmpty()) {
            Way way = ahead.poll();
            if (isExternalIo(way.last)) {
                return Optional.of(way);
            }
            targets(way.last)
                    .filter(seen::add)
                    .flatMap(target -> target.getAccessesFromSelf().stream().sorted(IN_ORDER))
                    .forEach(next -> ahead.add(new Way(next, way)));
        }
        return Optional.empty();
    }

    /** What a method does while its transaction is open. */
    private static Stream<JavaAccess<?>> inside(JavaCodeUnit method) {
        if (isTransactional(method) || isTransactional(method.getOwner())) {
            return method.getAccessesFromSelf().stream();
        }
        return method.getAccessesFromSelf().stream().anyMatch(TransactionsReachNoExternalIo::opensTransaction)
                ? method.getAccessesFromSelf().stream()
                        .filter(access -> access.isDeclaredInLambda() || access instanceof JavaCodeUnitReference<?>)
                : Stream.empty();
    }

    private static boolean isTransactional(CanBeAnnotated element) {
        return TRANSACTIONAL.stream()
                .anyMatch(name -> element.isAnnotatedWith(name) || element.isMetaAnnotatedWith(name));
    }

    private static boolean opensTransaction(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return (access.getName().equals("inTransaction") && owner.isAssignableTo(Sluice.class))
                || (access.getName().equals("execute") && owner.isAssignableTo(OPERATOR));
    }

    private boolean isExternalIo(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return clients.test(owner.getPackageName())
                || owner.isEquivalentTo(ExternalIo.class)
                || ClientTypes.isJdkConnection(owner);
    }

    /** The methods that a call may run: the one that it names, and those that override it. */
    private static Stream<JavaCodeUnit> targets(JavaAccess<?> access) {
        return access.getTarget().resolveMember().stream()
                .filter(JavaCodeUnit.class::isInstance)
                .map(JavaCodeUnit.class::cast)
                .flatMap(target -> Stream.concat(Stream.of(target), overriding(target)));
    }

    private static Stream<JavaCodeUnit> overriding(JavaCodeUnit target) {
        if (!(target instanceof JavaMethod method)) {
            return Stream.empty();
        }
        String[] parameters =
                method.getRawParameterTypes().stream().map(JavaClass::getName).toArray(String[]::new);
        return method.getOwner().getAllSubclasses().stream()
                .flatMap(type -> type.tryGetMethod(method.getName(), parameters).stream());
    }

    /** How a call was come by. */
    private static final class Way {

        private final JavaAccess<?> last;
        private final String steps;

        Way(JavaAccess<?> last, @Nullable Way before) {
            this.last = last;
            this.steps = (before == null ? "" : before.steps + " -> ")
                    + last.getTarget().getFullName();
        }

        String description() {
            return "%s %s".formatted(steps, last.getSourceCodeLocation());
        }
    }
}
