package dev.sluice.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.review.BlockingReport;
import com.example.review.HttpSignals;
import com.example.review.Item;
import com.example.review.Items;
import com.example.review.NaiveEnricher;
import com.example.review.PrivateConnection;
import com.example.review.PrivatePool;
import com.example.review.RightEnricher;
import com.example.review.Signals;
import com.example.review.TenantlessReport;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule fails on code that breaks it, naming the method, and passes on code that is right. */
class SluiceRulesTest {

    private static JavaClasses right;
    private static JavaClasses all;

    @BeforeAll
    static void read() {
        right = new ClassFileImporter()
                .importClasses(RightEnricher.class, HttpSignals.class, Signals.class, Items.class, Item.class);
        all = new ClassFileImporter()
                .importClasses(
                        RightEnricher.class,
                        HttpSignals.class,
                        Signals.class,
                        Items.class,
                        Item.class,
                        NaiveEnricher.class,
                        PrivatePool.class,
                        PrivateConnection.class,
                        TenantlessReport.class,
                        BlockingReport.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"throughAnInterface", "throughAMethodReference", "annotated", "throughAnOperator", "guarded"})
    void externalIoInATransactionIsFound(String method) {
        assertThat(failures(SluiceRules.noExternalIoInTransactions(), all))
                .hasSize(5)
                .anySatisfy(failure -> assertThat(failure)
                        .startsWith("com.example.review.NaiveEnricher." + method + "(")
                        .contains("reaches external I/O: "));
    }

    @Test
    void theWayToTheClientIsShown() {
        assertThat(failures(SluiceRules.noExternalIoInTransactions(), all)).anySatisfy(failure -> assertThat(failure)
                .contains("NaiveEnricher.ask() -> com.example.review.Signals.ask(java.util.UUID) -> "
                        + "org.springframework.web.reactive.function.client.WebClient")
                .contains(" (HttpSignals.java:18)"));
    }

    @Test
    void clientsOfOtherPackagesCanBeNamed() {
        assertThat(failures(SluiceRules.noExternalIoInTransactions("com.example.review"), right))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PrivatePool", "PrivateConnection"})
    void connectionsBesideThePoolAreFoundAndCanBeAudited(String type) {
        assertThat(failures(SluiceRules.noPrivatePools(), all))
                .anySatisfy(failure -> assertThat(failure).contains("com.example.review." + type + ".own()"));
        assertThat(failures(SluiceRules.noPrivatePools(type), all))
                .isNotEmpty()
                .noneSatisfy(failure -> assertThat(failure).contains("com.example.review." + type + ".own()"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"acrossAll", "forgetsTheContext", "overJdbc"})
    void accessWithoutATenantIsFoundAndCanBeAudited(String method) {
        assertThat(failures(SluiceRules.noTenantlessAccess(), all))
                .anySatisfy(failure -> assertThat(failure).contains("TenantlessReport." + method + "("));
        assertThat(failures(SluiceRules.noTenantlessAccess("TenantlessReport." + method), all))
                .isNotEmpty()
                .noneSatisfy(failure -> assertThat(failure).contains("TenantlessReport." + method + "("));
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "sleeps", "waitsForAFuture", "waitsForALatch", "waitsForAQueue"})
    void blockingIsFoundAndCanBeAudited(String method) {
        assertThat(failures(SluiceRules.noBlocking(), all))
                .anySatisfy(failure -> assertThat(failure).contains("BlockingReport." + method + "("));
        assertThat(failures(SluiceRules.noBlocking("BlockingReport." + method), all))
                .isNotEmpty()
                .noneSatisfy(failure -> assertThat(failure).contains("BlockingReport." + method + "("));
        assertThat(failures(SluiceRules.noBlocking("BlockingReport"), all))
                .noneSatisfy(failure -> assertThat(failure).contains("BlockingReport"));
    }

    @Test
    void whatIsRightPassesEveryRule() {
        assertThat(failures(SluiceRules.noExternalIoInTransactions(), right)).isEmpty();
        assertThat(failures(SluiceRules.noPrivatePools(), right)).isEmpty();
        assertThat(failures(SluiceRules.noTenantlessAccess(), right)).isEmpty();
        assertThat(failures(SluiceRules.noBlocking(), right)).isEmpty();
    }

    private static List<String> failures(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).getFailureReport().getDetails();
    }
}
