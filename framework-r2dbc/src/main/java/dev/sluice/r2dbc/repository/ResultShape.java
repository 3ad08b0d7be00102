package dev.sluice.r2dbc.repository;

import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Page;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a method answers.
 *
 * @param kind how many
 * @param element of what
 */
record ResultShape(Kind kind, Type element) {

    /** How many elements a method answers. */
    enum Kind {
        /** {@code Mono<T>}: at most one. */
        ONE,
        /** {@code Mono<List<T>>}: all, in one signal. */
        LIST,
        /** {@code Flux<T>}: all, one after another. */
        MANY,
        /** {@code Mono<Page<T>>}: a page. */
        PAGE
    }

    static ResultShape of(String method, Type type) {
        if (type instanceof ParameterizedType publisher) {
            Type content = publisher.getActualTypeArguments()[0];
            if (publisher.getRawType() == Flux.class) {
                return new ResultShape(Kind.MANY, content);
            }
            if (publisher.getRawType() == Mono.class) {
                return ofMono(content);
            }
        }
        throw new InvalidMappingException(
                method,
                "answers %s (expected: Mono<T>, Flux<T>, Mono<List<T>> or Mono<Page<T>>)"
                        .formatted(type.getTypeName()));
    }

    private static ResultShape ofMono(Type content) {
        if (content instanceof ParameterizedType generic) {
            Type element = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Page.class) {
                return new ResultShape(Kind.PAGE, element);
            }
            if (generic.getRawType() == List.class) {
                return new ResultShape(Kind.LIST, element);
            }
        }
        return new ResultShape(Kind.ONE, content);
    }

    boolean isOne(Class<?> type) {
        return kind == Kind.ONE && element == type;
    }
}
