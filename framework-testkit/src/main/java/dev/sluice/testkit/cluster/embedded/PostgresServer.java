package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Logins;
import dev.sluice.testkit.cluster.NodeProcess;
import dev.sluice.testkit.cluster.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One PostgreSQL server as local processes, with its data in a directory of the cluster's. */
final class PostgresServer implements NodeProcess {

    private final Path home;
    private final Path folder;
    private final Path data;
    private final Path log;

    PostgresServer(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
        this.data = folder.resolve("data");
        this.log = folder.resolve("server.log");
    }

    Path data() {
        return data;
    }

    /** Makes an empty data directory; nothing runs yet. */
    void initialize(Logins logins) {
        Path password = folder.resolve("password");
        try {
            Files.createDirectories(folder);
            Files.writeString(password, logins.of(Role.SUPERUSER).password());
            program(
                    "initdb",
                    "--pgdata=" + data,
                    "--username=" + Role.SUPERUSER.username(),
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-sync",
                    "--no-instructions");
            Files.delete(password);
        } catch (IOException e) {
            throw new UncheckedIOException("no data directory could be made in " + folder, e);
        }
    }

    /** Adds settings; the last value of a name counts. */
    void configure(List<String> settings) {
        try {
            Files.write(data.resolve("postgresql.conf"), settings, java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the server in " + folder + " could not be configured", e);
        }
    }

    @Override
    public void start() {
        if (postmaster().isEmpty()) {
            program("pg_ctl", "start", "-w", "-s", "-D", data.toString(), "-l", log.toString());
        }
    }

    @Override
    public void stop() {
        if (postmaster().isPresent()) {
            program("pg_ctl", "stop", "-w", "-s", "-D", data.toString(), "-m", "fast");
        }
    }

    @Override
    public void kill() {
        List<ProcessHandle> processes = processes();
        processes.forEach(ProcessHandle::destroyForcibly);
        Await.until(
                ClusterNode.PATIENCE,
                () -> processes.stream().noneMatch(ProcessHandle::isAlive),
                "the processes of " + folder.getFileName() + " end");
        try {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException("the pid file of " + folder + " could not be removed", e);
        }
    }

    @Override
    public void freeze() {
        signal("-STOP");
    }

    @Override
    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes().forEach(process -> command.add(Long.toString(process.pid())));
        if (command.size() > 2) {
            Commands.run(folder.resolve("commands.log"), command);
        }
    }

    /** The postmaster first, so that it starts no new process while its children are signalled. */
    private List<ProcessHandle> processes() {
        return postmaster()
                .map(parent ->
                        Stream.concat(Stream.of(parent), parent.descendants()).toList())
                .orElse(List.of());
    }

    private Optional<ProcessHandle> postmaster() {
        Path file = data.resolve("postmaster.pid");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
                    .filter(ProcessHandle::isAlive);
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the pid file of " + folder + " cannot be read", e);
        }
    }

    private void program(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve(name).toString());
        command.addAll(List.of(arguments));
        Commands.run(folder.resolve("commands.log"), Commands.unprivileged(command));
    }
}
