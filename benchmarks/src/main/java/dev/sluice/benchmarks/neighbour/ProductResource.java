package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.Product;
import dev.sluice.benchmarks.database.Products;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The products through Sluice. */
@RestController
@RequestMapping("/api")
class ProductResource {

    private final Products products;

    ProductResource(Products products) {
        this.products = products;
    }

    @GetMapping("/products/{id}")
    Mono<Product> find(@PathVariable("id") long id) {
        return products.findById(id);
    }

    @GetMapping("/sleep/{seconds}")
    Mono<Long> sleep(@PathVariable("seconds") double seconds) {
        return products.sleep(seconds);
    }

    @GetMapping("/compute/{numbers}")
    Mono<Long> compute(@PathVariable("numbers") int numbers) {
        return products.compute(numbers);
    }
}
