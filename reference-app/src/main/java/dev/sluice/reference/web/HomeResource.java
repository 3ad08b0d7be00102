package dev.sluice.reference.web;

import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Leads who opens the service in a browser to the page of its API. */
@Hidden
@RestController
class HomeResource {

    private final URI apiPage;

    HomeResource(@Value("${springdoc.swagger-ui.path}") URI apiPage) {
        this.apiPage = apiPage;
    }

    @GetMapping("/")
    ResponseEntity<Void> home() {
        return ResponseEntity.status(HttpStatus.FOUND).location(apiPage).build();
    }
}
