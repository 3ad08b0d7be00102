package dev.sluice.reference.web;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.PathContainer;
import org.springframework.web.server.WebFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What the OpenAPI document says of every operation: the token that it wants, and the problems that it may answer. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String TOKEN = "token";
    private static final String PROBLEM = "Problem";
    private static final String SESSION = "Sluice-Token";
    private static final String NODE = "Sluice-Node";
    private static final String DEADLINE = "Sluice-Deadline";
    private static final String PRIORITY = "Sluice-Priority";

    private static final List<PathPattern> FILES = Stream.of(
                    "/v3/api-docs/**", "/swagger-ui/**", "/webjars/**", "/dashboard/**")
            .map(PathPatternParser.defaultInstance::parse)
            .toList();

    private static final Map<String, String> PROBLEMS = problems();

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Sluice reference application")
                        .version("1")
                        .description("Demand planning for many tenants. The token names the tenant;"
                                + " in embedded mode GET /demo/tokens answers one for each."
                                + " Each answer brings a Sluice-Token; who sends it with the next request reads at least"
                                + " what was written and read before, whichever replica answers."))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    // The document is made of class files and the pages are read from a jar: nothing for an event loop.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebFilter filesOffTheEventLoop() {
        return (exchange, chain) -> {
            PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
            boolean file = FILES.stream().anyMatch(pattern -> pattern.matches(path));
            Mono<Void> answer = chain.filter(exchange);
            return file ? answer.subscribeOn(Schedulers.boundedElastic()) : answer;
        };
    }

    @Bean
    OpenApiCustomizer documentedProblems() {
        return document -> {
            document.getComponents().addSchemas(PROBLEM, problem());
            document.getPaths().forEach((path, item) -> {
                if (path.startsWith("/api/")) {
                    item.readOperations().forEach(OpenApiConfiguration::addTo);
                }
            });
        };
    }

    private static void addTo(Operation operation) {
        operation
                .addParametersItem(parameter(SESSION, "of an earlier answer: this one is not older than that"))
                .addParametersItem(parameter(
                        DEADLINE, "the call's time, as 250ms, 2s or 1m; more than sluice.timeouts.call has no effect"))
                .addParametersItem(parameter(
                        PRIORITY, "interactive, standard or background; one above that of the workload has no effect"));
        addProblemsTo(operation.getResponses());
        operation.getResponses().values().forEach(response -> response.addHeaderObject(
                        SESSION, header("what the session has written and read; opaque, for its next request"))
                .addHeaderObject(NODE, header("the node that answered last, where sluice.web.node-header is true")));
    }

    private static Parameter parameter(String header, String description) {
        return new HeaderParameter()
                .name(header)
                .description(description)
                .required(false)
                .schema(new StringSchema());
    }

    private static Header header(String description) {
        return new Header().description(description).schema(new StringSchema());
    }

    private static void addProblemsTo(ApiResponses responses) {
        Content content = new Content()
                .addMediaType(
                        "application/problem+json",
                        new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM)));
        PROBLEMS.forEach((status, codes) -> {
            if (!responses.containsKey(status)) {
                responses.addApiResponse(
                        status, new ApiResponse().description(codes).content(content));
            }
        });
    }

    private static Map<String, String> problems() {
        Map<String, String> problems = new LinkedHashMap<>();
        problems.put("400", "invalid");
        problems.put("401", "tenant-missing");
        problems.put("403", "tenant-unknown or forbidden");
        problems.put("404", "not-found");
        problems.put("409", "version-conflict");
        problems.put("429", "rate-limited or tenant-busy; Retry-After says when to come back");
        problems.put("500", "outcome-unknown (read before you repeat the change) or internal");
        problems.put("503", "overloaded, where Retry-After says when to come back, or unavailable");
        problems.put("504", "deadline-exceeded");
        return problems;
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .addProperty("type", new StringSchema())
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema().description("for people"))
                .addProperty("instance", new StringSchema())
                .addProperty(
                        "code", new StringSchema().description("for programs").example("not-found"))
                .addProperty("errors", new ArraySchema().items(fieldProblem()));
    }

    private static Schema<?> fieldProblem() {
        return new ObjectSchema().addProperty("field", new StringSchema()).addProperty("message", new StringSchema());
    }
}
