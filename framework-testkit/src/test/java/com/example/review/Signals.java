package com.example.review;

import java.util.UUID;
import reactor.core.publisher.Mono;

/** Another system. */
public interface Signals {

    Mono<String> ask(UUID id);
}
