package dev.sluice.reference.dashboard;

import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Chromium of this machine: the one of {@code -Ddashboard.chromium}, or where Linux has it. Without one the tests are skipped, and say so;
 * where {@code BROWSER_TESTS=required} is set, as in CI, they fail.
 */
final class Browser implements AutoCloseable {

    private static final List<String> PLACES =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    private static final String MISSING = "no Chromium at %s: the tests of the dashboard need one"
            + " (apt-get install chromium, or -Ddashboard.chromium=/path/to/it)";

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;

    private Browser(Path executable) {
        // It must not fetch browsers of its own.
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new LaunchOptions().setExecutablePath(executable));
    }

    static Browser start() {
        String named = System.getProperty("dashboard.chromium");
        List<String> places = named == null ? PLACES : List.of(named);
        Optional<Path> executable =
                places.stream().map(Path::of).filter(Files::isExecutable).findFirst();
        if (executable.isEmpty()) {
            String message = MISSING.formatted(String.join(", ", places));
            if ("required".equals(System.getenv("BROWSER_TESTS"))) {
                throw new IllegalStateException(message);
            }
            abort(message);
        }
        return new Browser(executable.orElseThrow());
    }

    /** A page of its own, with nothing remembered. */
    Page page(ColorScheme scheme) {
        return browser.newContext(new NewContextOptions().setColorScheme(scheme).setViewportSize(1440, 1000))
                .newPage();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
