package dev.sluice.spring.web;

import dev.sluice.spring.web.Problem.FieldProblem;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.http.HttpStatusCode;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;

/** Which problem an error of Spring's is. */
final class HttpProblems {

    private HttpProblems() {}

    static Problem of(ErrorResponse error) {
        HttpStatusCode status = error.getStatusCode();
        ProblemCode code = code(status);
        String detail = status.is5xxServerError()
                ? "the service failed"
                : Objects.requireNonNullElse(error.getBody().getDetail(), "the request cannot be answered");
        return new Problem(code, status.value(), detail, errors(error), error.getHeaders());
    }

    private static ProblemCode code(HttpStatusCode status) {
        return switch (status.value()) {
            case 401 -> ProblemCode.TENANT_MISSING;
            case 403 -> ProblemCode.FORBIDDEN;
            case 404 -> ProblemCode.NOT_FOUND;
            case 405 -> ProblemCode.METHOD_NOT_ALLOWED;
            case 406 -> ProblemCode.NOT_ACCEPTABLE;
            case 409 -> ProblemCode.VERSION_CONFLICT;
            case 415 -> ProblemCode.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> ProblemCode.RATE_LIMITED;
            case 503 -> ProblemCode.UNAVAILABLE;
            case 504 -> ProblemCode.DEADLINE_EXCEEDED;
            default -> status.is4xxClientError() ? ProblemCode.INVALID : ProblemCode.INTERNAL;
        };
    }

    private static List<FieldProblem> errors(ErrorResponse error) {
        if (error instanceof WebExchangeBindException e) {
            return e.getAllErrors().stream()
                    .map(wrong -> new FieldProblem(field(wrong), message(wrong)))
                    .toList();
        }
        if (error instanceof HandlerMethodValidationException e) {
            return e.getParameterValidationResults().stream()
                    .flatMap(HttpProblems::errors)
                    .toList();
        }
        return List.of();
    }

    private static Stream<FieldProblem> errors(ParameterValidationResult result) {
        String parameter =
                Objects.requireNonNullElse(result.getMethodParameter().getParameterName(), "body");
        return result.getResolvableErrors().stream()
                .map(wrong ->
                        new FieldProblem(wrong instanceof FieldError e ? e.getField() : parameter, message(wrong)));
    }

    private static String field(ObjectError error) {
        return error instanceof FieldError e ? e.getField() : error.getObjectName();
    }

    // A field of the wrong type has the converter's text, which names classes.
    private static String message(MessageSourceResolvable error) {
        boolean conversion = error instanceof FieldError e && e.isBindingFailure();
        return conversion
                ? "is of the wrong type"
                : Objects.requireNonNullElse(error.getDefaultMessage(), "is invalid");
    }
}
