package dev.sluice.reference.dashboard;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** The page, which anybody may have as it holds nothing, and what it shows. */
@Hidden
@RestController
class DashboardResource {

    /** Where the snapshots are. */
    static final String FEED = "/dashboard/events";

    /** No other host is asked for anything, and no text becomes markup or script. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none';"
            + " form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private final DashboardFeed feed;
    private final byte[] page;

    DashboardResource(DashboardFeed feed) throws IOException {
        this.feed = feed;
        this.page = new ClassPathResource("static/dashboard/index.html").getContentAsByteArray();
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<byte[]> page() {
        return ResponseEntity.ok()
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("Referrer-Policy", "no-referrer")
                .body(page);
    }

    @GetMapping(path = FEED, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> events() {
        return feed.view()
                .map(snapshot ->
                        ServerSentEvent.builder(snapshot).event("snapshot").build());
    }
}
