package dev.sluice.reference.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.jayway.jsonpath.JsonPath;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasClassOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.sluice.reference.ServiceTest;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The dashboard as a person sees it, in a real browser. */
class DashboardTest extends ServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Within this time a person is to see that a tenant floods. */
    private static final Duration GLANCE = Duration.ofSeconds(3);

    private static Browser browser;

    @Autowired
    private SluiceCluster servers;

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<Page> pages = new ArrayList<>();

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void closePagesWithoutErrors() {
        pages.forEach(page -> page.context().close());
        assertThat(errors).as("errors on the page").isEmpty();
    }

    private Page open() {
        return open(ColorScheme.LIGHT);
    }

    private Page open(ColorScheme scheme) {
        Page page = blank(scheme);
        page.navigate(at("/").toString());
        assertThat(page.locator("#link-state")).hasText("Live");
        return page;
    }

    private Page blank(ColorScheme scheme) {
        Page page = browser.page(scheme);
        pages.add(page);
        page.setDefaultTimeout(PATIENCE.toMillis());
        page.onPageError(errors::add);
        return page;
    }

    private static Locator tenant(Page page, String name) {
        return page.locator("tr[data-tenant='%s']".formatted(name));
    }

    private static Locator node(Page page, String name) {
        return page.locator("tr[data-node='%s']".formatted(name));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name));
    }

    private void change(String changes) {
        json(as("_admin").post().uri("/actuator/sluice"), "{\"changes\": \"%s\"}".formatted(changes))
                .exchange()
                .expectStatus()
                .isOk();
    }

    private <T> T state(String path) {
        return JsonPath.parse(ok(anybody().get().uri("/actuator/sluice"), String.class))
                .read("$.clusters.main." + path);
    }

    @Test
    void nodesTenantsWorkloadsWorkersAndAlertsAppear() {
        Page page = open();

        for (String name : List.of("acme", "globex", "initech")) {
            assertThat(tenant(page, name)).isVisible();
        }
        assertThat(node(page, "primary")).containsText("takes the writes");
        assertThat(node(page, "standby2").locator(".badge")).hasText("up");
        assertThat(page.locator("#alerts tbody tr")).hasCount(8);
        assertThat(page.locator("#workloads")).containsText("interactive");
        assertThat(page.locator("#workers")).containsText("simulation");
        assertThat(page.locator("#database")).containsText("of 200");
        assertThat(page.locator("#database")).containsText(Pattern.compile("version \\d+, (was current|migrated by)"));
        assertThat(page.locator("#cache tbody tr").first()).containsText("near");
        assertThat(page.locator("#charts canvas")).hasCount(4);
        assertThat(page.locator("#charts table").first()).containsText("standby1");
        assertThat(page).hasTitle("Sluice operations");
    }

    @Test
    void aFloodShowsAtAGlance() {
        Page page = open();
        change("tenants.overrides.umbrella.max-connections=1, tenants.overrides.umbrella.max-waiting=4");
        try (Flood flood = new Flood(at("").toString(), token("umbrella"))) {
            Await.until(PATIENCE, () -> flood.refused() > 0, "the tenant is told to come back later");

            Locator row = tenant(page, "umbrella");
            assertThat(row.locator(".badge"))
                    .hasClass(
                            Pattern.compile("badge (warning|critical)"),
                            new HasClassOptions().setTimeout(GLANCE.toMillis()));
            assertThat(row.locator(".badge")).containsText(Pattern.compile("waits|rejected"));
            assertThat(row.locator("td").nth(4)).not().hasText("0");
        } finally {
            change("tenants.overrides.umbrella.max-connections=5, tenants.overrides.umbrella.max-waiting=64");
        }
    }

    @Test
    void aStoppedStandbyTurnsRedAndComesBack() {
        Page page = open();
        ClusterNode standby = servers.standbys().get(0);
        standby.stop();
        try {
            assertThat(node(page, standby.name()).locator(".badge")).hasClass("badge critical");
            assertThat(node(page, standby.name()).locator(".badge")).hasText(Pattern.compile("down|banned"));
            assertThat(page.locator("[data-tile='state']"))
                    .containsText("Critical", new ContainsTextOptions().setUseInnerText(true));
            assertThat(page.locator("[data-tile='state']")).containsText(standby.name());
        } finally {
            standby.start();
        }
        assertThat(node(page, standby.name()).locator(".badge")).hasText("up");
    }

    @Test
    void anAdministratorChangesALimitInPlace() {
        Page page = open();
        button(page, "Change limits of globex").click();
        page.getByLabel("Connections at once").fill("7");
        page.getByLabel("Weight").fill("3");
        button(page, "Save").click();

        assertThat(page.locator("form.limits")).hasCount(0);
        assertThat(tenant(page, "globex").locator("td").nth(5)).hasText("7");
        assertThat(tenant(page, "globex").locator("td").nth(7)).hasText("3");
        assertThat(this.<Integer>state("limits.tenantOverrides.globex.maxConnections"))
                .isEqualTo(7);
        change("tenants.overrides.globex.max-connections=5, tenants.overrides.globex.weight=1");
        assertThat(tenant(page, "globex").locator("td").nth(5)).hasText("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "many", "2, admission.dry-run=true", "-1"})
    void whatTheServerRefusesIsSaidInPlaceAndChangesNothing(String weight) {
        Object before = state("limits");
        Page page = open();
        button(page, "Change limits of initech").click();
        page.getByLabel("Weight").fill(weight);
        button(page, "Save").click();

        assertThat(page.locator("form.limits [role=alert]")).containsText("expected");
        assertThat(page.getByLabel("Weight")).hasAttribute("aria-invalid", "true");
        assertThat(page.getByLabel("Weight")).isFocused();
        assertThat(this.<Object>state("limits")).isEqualTo(before);
        button(page, "Cancel").click();
        assertThat(page.locator("form.limits")).hasCount(0);
    }

    @Test
    void whoIsNotSignedInChangesNothing() {
        Page page = open();
        assertThat(page.locator("#account")).hasText("administrator (demo)");
        button(page, "Sign out").click();

        assertThat(page.locator("#account")).hasText("viewer");
        assertThat(tenant(page, "acme")).isVisible();
        assertThat(button(page, "Change limits of acme")).hasCount(0);

        button(page, "Sign in").click();
        assertThat(button(page, "Change limits of acme")).isVisible();
    }

    @Test
    void noRequestLeavesTheHost() {
        Page page = blank(ColorScheme.LIGHT);
        List<String> requests = new CopyOnWriteArrayList<>();
        page.onRequest(request -> requests.add(request.url()));
        page.navigate(at("/").toString());
        assertThat(page.locator("#link-state")).hasText("Live");
        assertThat(page.locator("#charts canvas")).hasCount(4);

        assertThat(requests).hasSizeGreaterThan(10).allMatch(url -> url.startsWith(at("/").toString()));
        // Nor could one: the policy stops what the page is made to ask for.
        assertThat(page.evaluate("""
                () => new Promise(done => {
                    document.addEventListener('securitypolicyviolation', event => done(event.violatedDirective));
                    fetch('http://127.0.0.1:9/').catch(() => {});
                })""")).isEqualTo("connect-src");
    }

    @Test
    void textOfTenantsNeverBecomesMarkup() {
        String hostile = "<img src=x onerror=alert(1)>\\\"'";
        String snapshot = """
                {"at":"2026-01-01T00:00:00Z","tenants":["%1$s"],"statements":{},
                "sluice":{"clusters":{"main":{"systemIdentifier":"%1$s",
                "nodes":[{"name":"%1$s","role":"STANDBY","state":"DOWN","reason":"%1$s","lagMillis":null,"inUse":0,"waiting":0,"limit":1}],
                "tenants":[],"workloads":[],"cache":null,"limits":{"tenantDefaults":{"maxConnections":5,"perPrincipal":{}},"tenantOverrides":{}}}},
                "workers":[],"alerts":[],"database":null}}""".formatted(hostile);
        Page page = blank(ColorScheme.LIGHT);
        page.route(
                "**/dashboard/events",
                route -> route.fulfill(new FulfillOptions()
                        .setContentType("text/event-stream")
                        .setBody("data:" + snapshot.replace("\n", "") + "\n\n")));
        page.navigate(at("/").toString());

        assertThat(page.locator("#tenants tbody th")).hasText("<img src=x onerror=alert(1)>\"'");
        assertThat(page.locator("#nodes tbody th")).containsText("<img");
        assertThat(page.locator("img")).hasCount(1);
        // Markup by another way, tomorrow, would be stopped by the policy.
        assertThat(page.evaluate(
                        "() => { try { document.body.innerHTML = 'x'; return 'done'; } catch (e) { return e.name; } }"))
                .isEqualTo("TypeError");
    }

    @Test
    void withTheKeyboardAloneALimitIsChangedAndTheFocusIsSeen() {
        Page page = open();
        tabTo(page, "Dark");
        page.keyboard().press("ArrowRight");
        tabTo(page, "Change limits of acme");
        page.keyboard().press("Enter");
        assertThat(page.getByLabel("Connections at once")).isFocused();
        page.keyboard().type("6");
        page.keyboard().press("Enter");

        assertThat(button(page, "Change limits of acme")).isFocused();
        assertThat(tenant(page, "acme").locator("td").nth(5)).hasText("6");
        page.keyboard().press("Enter");
        page.keyboard().press("Escape");
        assertThat(page.locator("form.limits")).hasCount(0);
        change("tenants.overrides.acme.max-connections=5");
    }

    private static void tabTo(Page page, String name) {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            assertThat(page.evaluate("""
                    () => { const seen = document.activeElement.matches('.switch input')
                        ? document.activeElement.nextElementSibling : document.activeElement;
                      return getComputedStyle(seen).outlineStyle; }""")).as("outline of what has the focus").isNotEqualTo("none");
            Object focused = page.evaluate("""
                    () => document.activeElement.getAttribute('aria-label')
                        ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent""");
            if (name.equals(focused) || name.equals("Dark") && "Auto".equals(focused)) {
                return;
            }
        }
        throw new AssertionError("no Tab leads to " + name);
    }

    @Test
    void theThemeIsChosenAndRemembered() {
        Page page = open(ColorScheme.DARK);
        String dark = background(page);
        page.getByLabel("Light", new Page.GetByLabelOptions().setExact(true)).check();
        String light = background(page);
        assertThat(light).isNotEqualTo(dark);

        page.reload();
        assertThat(background(page)).isEqualTo(light);
        assertThat(background(open(ColorScheme.LIGHT))).isEqualTo(light);
    }

    private static String background(Page page) {
        return (String) page.evaluate("() => getComputedStyle(document.body).backgroundColor");
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void axeFindsNothingToMend(ColorScheme scheme) {
        Page page = open(scheme);
        button(page, "Change limits of hooli").click();
        assertThat(page.locator("form.limits")).hasCount(1);

        assertThat(new AxeBuilder(page).analyze().getViolations())
                .extracting(Rule::toString)
                .isEmpty();
    }

    /** {@code -Ddashboard.screenshots=true} takes those of the documentation. */
    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    @EnabledIfSystemProperty(named = "dashboard.screenshots", matches = "true")
    void screenshot(ColorScheme scheme) {
        Page page = open(scheme);
        change("tenants.overrides.umbrella.max-connections=1, tenants.overrides.umbrella.max-waiting=4");
        try (Flood flood = new Flood(at("").toString(), token("umbrella"))) {
            Await.until(Duration.ofMinutes(3), () -> flood.refused() > 400, "the charts have something to show");
            assertThat(tenant(page, "umbrella").locator(".badge")).hasClass("badge critical");
            assertThat(page.locator("#database")).containsText("of 200");
            page.screenshot(new ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of(
                            "..",
                            "docs",
                            "dashboard-%s.png".formatted(scheme.name().toLowerCase(java.util.Locale.ROOT)))));
        } finally {
            change("tenants.overrides.umbrella.max-connections=5, tenants.overrides.umbrella.max-waiting=64");
        }
    }
}
