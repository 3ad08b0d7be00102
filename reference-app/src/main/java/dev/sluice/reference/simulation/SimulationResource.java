package dev.sluice.reference.simulation;

import dev.sluice.reference.background.Bell;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/simulations")
@Tag(name = "Simulations")
class SimulationResource {

    private final SimulationQueue queue;
    private final Simulations simulations;
    private final Bell bell;
    private final JsonMapper mapper;

    SimulationResource(SimulationQueue queue, Simulations simulations, Bell bell, JsonMapper mapper) {
        this.queue = queue;
        this.simulations = simulations;
        this.bell = bell;
        this.mapper = mapper;
    }

    @PostMapping
    @Operation(summary = "Asks for a Monte Carlo simulation of a scenario's demand, to be run in the background")
    @ApiResponse(responseCode = "202", description = "taken in; Location is where its state and outcome will be")
    Mono<ResponseEntity<SimulationStatus>> create(@RequestBody @Valid SimulationDraft draft) {
        return queue.add(draft)
                .doOnNext(added -> bell.ring(SimulationWorkers.NAME))
                .map(added -> ResponseEntity.accepted()
                        .location(URI.create("/api/simulations/" + added.id()))
                        .body(SimulationStatus.of(added, mapper)));
    }

    @GetMapping("/{id}")
    @Operation(summary = "State and progress of a simulation, and its quantiles once it is done")
    Mono<SimulationStatus> get(@PathVariable UUID id) {
        return simulations
                .findById(id)
                .map(simulation -> SimulationStatus.of(simulation, mapper))
                .switchIfEmpty(Mono.error(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no simulation %s".formatted(id))));
    }
}
