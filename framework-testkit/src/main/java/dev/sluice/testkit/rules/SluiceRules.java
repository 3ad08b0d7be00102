package dev.sluice.testkit.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Rules for services on Sluice, for a test of their own:
 *
 * <pre>{@code
 * SluiceRules.noExternalIoInTransactions().check(new ClassFileImporter().importPackages("com.example"));
 * }</pre>
 *
 * <p>Each reads compiled classes. A class that is called by reflection, made at run time, or not imported is not seen;
 * what a rule misses beyond that is said there. Where a rule takes names of audited places, these are simple names:
 * {@code Type.method}, or {@code Type} for all of it.
 */
public final class SluiceRules {

    private SluiceRules() {}

    /**
     * No transaction waits for another system: what runs inside {@code sluice.inTransaction}, {@code
     * TransactionalOperator.execute} or a {@code @Transactional} method reaches no HTTP client, broker, cache or mail
     * client, and nothing in {@code ExternalIo.guarded}, through whatever imported methods, overridden ones
     * included.
     *
     * <p>The unit is the method: all lambdas and method references of one that calls {@code inTransaction} count as being
     * inside, because class files do not tell which of them is handed over. Give a transaction a method of its own, and
     * call the other system from another. Not seen: a {@code Mono} of I/O that was made elsewhere and is passed in, {@code
     * operator::transactional} on a chain, and clients of packages that nobody named. The guard and the watchdog see those
     * when they run.
     *
     * @param morePackages packages of other clients, as {@code "com.example.legacy.."}
     * @return the rule
     */
    public static ArchRule noExternalIoInTransactions(String... morePackages) {
        return classes()
                .should(new TransactionsReachNoExternalIo(morePackages))
                .because(
                        "a transaction that waits for another system holds its connection idle: read in one transaction,"
                                + " wait without one, write in another (sluice.phases())")
                .allowEmptyShould(true);
    }

    /**
     * Nobody opens connections beside Sluice's pools: no driver, no {@code ConnectionFactories}, no {@code DriverManager},
     * no pool of another library.
     *
     * <p>Not seen: pools that a framework makes of properties alone, as Spring Boot does of {@code spring.datasource}.
     *
     * @param audited the classes that may, as one that migrates
     * @return the rule
     */
    public static ArchRule noPrivatePools(String... audited) {
        Set<String> allowed = Set.of(audited);
        return noClasses()
                .that(describe("are not audited", type -> !isAudited(type, allowed)))
                .should()
                .dependOnClassesThat(describe("open connections", ClientTypes::opensConnections))
                .because("connections beside the pool are in no limit: run the work in a workload of its own")
                .allowEmptyShould(true);
    }

    /**
     * Nobody reaches the database without a tenant: neither through {@code sluice.acrossTenants}, nor through JDBC, JPA or the
     * driver, nor by a {@code subscribe} in a class that uses Sluice, which starts a chain without Context and thereby without
     * tenant and transaction.
     *
     * <p>Not seen: a Context that is replaced or emptied inside a chain; Sluice refuses such calls when they run.
     *
     * @param audited the places that may: work across tenants by design, and the edges where chains begin and a tenant is
     *     written to their Context
     * @return the rule
     */
    public static ArchRule noTenantlessAccess(String... audited) {
        return noAccess("reach the database without a tenant", TenantlessAccess::matches, audited)
                .because(
                        "what has no tenant sees the rows of all, or fails; write Access.tenant(...) to the Context, and"
                                + " compose instead of subscribing")
                .allowEmptyShould(true);
    }

    /**
     * Nothing waits by holding its thread: no {@code block()} and its kin, no {@code Thread.sleep}, {@code Future.get}, latch,
     * blocking queue, blocking HTTP or JDBC call.
     *
     * <p>Not seen: locks, files and whatever blocks inside a library; BlockHound finds those when they run.
     *
     * @param audited the places that may: they run on threads of their own
     * @return the rule
     */
    public static ArchRule noBlocking(String... audited) {
        return noAccess("block", Blocking::matches, audited)
                .because("an event loop that waits stops every connection that it serves")
                .allowEmptyShould(true);
    }

    private static ArchRule noAccess(String what, Predicate<JavaAccess<?>> wanted, String... audited) {
        Set<String> allowed = Set.of(audited);
        return noClasses()
                .should()
                .accessTargetWhere(describe(what, access -> wanted.test(access) && !isAudited(access, allowed)));
    }

    private static boolean isAudited(JavaAccess<?> access, Set<String> allowed) {
        JavaClass type = access.getOriginOwner();
        return isAudited(type, allowed)
                || allowed.contains(
                        type.getSimpleName() + "." + access.getOrigin().getName());
    }

    private static boolean isAudited(JavaClass type, Set<String> allowed) {
        return allowed.contains(type.getSimpleName());
    }
}
