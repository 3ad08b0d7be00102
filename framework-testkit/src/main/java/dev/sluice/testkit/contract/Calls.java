package dev.sluice.testkit.contract;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.tenant.TenantChangedException;
import dev.sluice.transaction.TransactionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes the operations of a run. What they answer is looked at here as far as its meaning is known. */
final class Calls<T, I> {

    private static final int MOST_ROWS = 40;

    private final TenantIsolationContract<T, I> contract;
    private final Sluice sluice;
    private final TenantRepository<T, I> repository;
    private final List<Resident<I>> residents;
    private final List<IsolationOperation> more;
    private final Findings findings;

    Calls(TenantIsolationContract<T, I> contract, Sluice sluice, List<Resident<I>> residents, Findings findings) {
        this.contract = contract;
        this.sluice = sluice;
        this.repository = contract.repository(sluice);
        this.residents = residents;
        this.more = contract.moreOperations();
        this.findings = findings;
    }

    /** An id that a call has stored; it counts once the call has completed. */
    private record Stored<I>(I id) {}

    /** Thrown by a transaction on purpose. */
    static final class Rollback extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Rollback() {
            super("rolled back on purpose");
        }
    }

    /** @param mayFail whether an error says nothing */
    record Call(String name, Flux<?> answer, boolean mayFail) {}

    Flux<?> seed(Resident<I> own, int rows) {
        return committed(own, Flux.range(0, rows).concatMap(i -> insert(own)));
    }

    Call next(Random random, Resident<I> own) {
        int choice = random.nextInt(100);
        if (choice < 15 && !more.isEmpty()) {
            int which = random.nextInt(more.size());
            return new Call(
                    "operation %d of the subclass".formatted(which),
                    Flux.defer(() -> more.get(which).call(sluice, own.sentinel().value())),
                    true);
        }
        if (choice < 30) {
            return transaction(random, own);
        }
        if (choice < 34) {
            return changedTenant(random, own);
        }
        if (choice < 40) {
            return new Call("insert of an id that exists", insertAgain(random, own), true);
        }
        return new Call("a read or write", committed(own, single(random, own)), false);
    }

    /** Everything that this tenant can read. */
    Flux<T> everything(Resident<I> own) {
        return rows(own, repository.findAll());
    }

    private Flux<?> single(Random random, Resident<I> own) {
        Resident<I> other = other(random, own);
        return switch (random.nextInt(16)) {
            case 0 -> rows(own, repository.findAll());
            case 1 -> rows(own, repository.stream(1 + random.nextInt(8)));
            case 2 ->
                rows(
                        own,
                        repository
                                .findPage(PageRequest.of(1 + random.nextInt(10)))
                                .flatMapIterable(page -> page.items()));
            case 3 -> rows(own, repository.findAllById(List.of(own.anyStored(random), other.anyStored(random))));
            case 4 -> repository.count().flux();
            case 5 -> nothing("findById", other, repository.findById(other.anyStored(random)));
            case 6 ->
                nothing(
                        "existsById",
                        other,
                        repository.existsById(other.anyStored(random)).filter(exists -> exists));
            case 7 ->
                nothing(
                        "deleteById",
                        other,
                        repository.deleteById(other.anyStored(random)).filter(deleted -> deleted));
            case 8 -> nothing("update", other, repository.update(entity(own, other.anyStored(random))));
            case 9 ->
                rows(own, repository.update(entity(own, own.anyStored(random))).flux())
                        .onErrorResume(VersionConflictException.class, e -> Flux.empty());
            case 10 ->
                rows(own, repository.upsert(entity(own, own.anyStored(random))).flux());
            case 11 -> rolledBack(random, own);
            case 12 -> insertAll(random, own);
            case 13 -> own.stored().size() > MOST_ROWS ? delete(random, own) : insert(own);
            default -> rows(own, repository.findById(own.anyStored(random)).flux());
        };
    }

    private Flux<?> insert(Resident<I> own) {
        return Flux.defer(() -> {
            I id = contract.newId();
            return rows(own, repository.insert(entity(own, id)).flux()).map(row -> new Stored<>(id));
        });
    }

    private Flux<?> insertAll(Random random, Resident<I> own) {
        if (own.stored().size() > MOST_ROWS) {
            return delete(random, own);
        }
        List<I> ids = List.of(contract.newId(), contract.newId(), contract.newId());
        List<T> entities = ids.stream().map(id -> entity(own, id)).toList();
        return repository.insertAll(entities).flatMapIterable(count -> ids).map(Stored::new);
    }

    private Flux<?> insertAgain(Random random, Resident<I> own) {
        return rows(own, repository.insert(entity(own, own.anyStored(random))).flux());
    }

    private Flux<?> delete(Random random, Resident<I> own) {
        I id = own.anyStored(random);
        return repository.deleteById(id).doOnNext(deleted -> forget(own, id)).flux();
    }

    private static <I> void forget(Resident<I> own, I id) {
        if (own.stored().size() > 2) {
            own.stored().remove(id);
        }
    }

    private Flux<?> rolledBack(Random random, Resident<I> own) {
        if (own.rolledBack().isEmpty()) {
            return repository.count().flux();
        }
        I id = own.rolledBack().get(random.nextInt(own.rolledBack().size()));
        return repository
                .findById(id)
                .doOnNext(row ->
                        findings.add("%s: a row is there although its transaction was rolled back".formatted(own.id())))
                .flux();
    }

    private Call transaction(Random random, Resident<I> own) {
        List<I> inner = new CopyOnWriteArrayList<>();
        List<Flux<?>> steps = new ArrayList<>();
        steps.add(single(random, own));
        steps.add(insert(own));
        if (random.nextBoolean()) {
            steps.add(savepoint(own, inner));
        }
        if (random.nextBoolean()) {
            steps.add(sluice.inTransaction(() -> single(random, own).collectList())
                    .flatMapIterable(list -> list));
        }
        boolean rollsBack = random.nextInt(3) == 0;
        List<I> outer = new CopyOnWriteArrayList<>();
        Mono<List<Object>> work = Flux.concat(steps)
                .cast(Object.class)
                .doOnNext(answer -> collectStored(answer, outer))
                .collectList()
                .flatMap(list -> rollsBack ? Mono.error(new Rollback()) : Mono.just(list));
        Flux<?> answer = sluice.inTransaction(() -> work)
                .flatMapIterable(list -> list)
                .doOnError(Rollback.class, e -> own.rolledBack().addAll(outer))
                .doFinally(end -> own.rolledBack().addAll(inner));
        return new Call("a transaction", committed(own, answer), rollsBack);
    }

    /** An inner transaction that fails and takes back only its own work. */
    private Flux<?> savepoint(Resident<I> own, List<I> inner) {
        Mono<List<Object>> work = insert(own)
                .cast(Object.class)
                .doOnNext(answer -> collectStored(answer, inner))
                .collectList()
                .flatMap(list -> Mono.error(new Rollback()));
        return sluice.inTransaction(TransactionOptions.DEFAULT.withSavepoint(), () -> work)
                .onErrorResume(Rollback.class, e -> Mono.empty())
                .flux();
    }

    /** A change of the tenant inside a transaction is an error, before anything is read. */
    private Call changedTenant(Random random, Resident<I> own) {
        Resident<I> other = other(random, own);
        Flux<?> answer = sluice.inTransaction(() -> repository
                        .count()
                        .then(repository.findAll().collectList().contextWrite(Access.tenant(other.id()))))
                .doOnNext(rows -> findings.add("%s: a transaction went on as %s".formatted(own.id(), other.id())))
                .onErrorResume(TenantChangedException.class, e -> Mono.empty())
                .flux();
        return new Call("a change of the tenant in a transaction", answer, false);
    }

    private Flux<?> committed(Resident<I> own, Flux<?> answer) {
        return answer.doOnNext(value -> collectStored(value, own.stored()));
    }

    @SuppressWarnings("unchecked")
    private void collectStored(Object answer, List<I> ids) {
        if (answer instanceof Stored<?> stored) {
            ids.add((I) stored.id());
        }
    }

    private Flux<T> rows(Resident<I> own, Flux<T> rows) {
        return rows.doOnNext(row -> {
            if (own.sentinel().isMissingIn(String.valueOf(row))) {
                findings.add("%s: a row that is not its own: %s".formatted(own.id(), row));
            }
        });
    }

    private Flux<?> nothing(String what, Resident<I> other, Mono<?> answer) {
        return answer.doOnNext(found -> findings.add("%s with an id of %s answered".formatted(what, other.id())))
                .flux();
    }

    private T entity(Resident<I> own, I id) {
        return contract.entity(id, own.sentinel().value());
    }

    private Resident<I> other(Random random, Resident<I> own) {
        int shift = 1 + random.nextInt(residents.size() - 1);
        return residents.get((residents.indexOf(own) + shift) % residents.size());
    }
}
