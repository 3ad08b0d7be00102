package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Logins;
import dev.sluice.testkit.cluster.NodeProcess;
import dev.sluice.testkit.cluster.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** One PostgreSQL server as local processes, with its data in a directory of the cluster's. */
final class PostgresServer implements NodeProcess {

    private final Path home;
    private final Path folder;
    private final LocalProcess process;

    PostgresServer(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
        this.process = new LocalProcess(folder, data().resolve("postmaster.pid"));
    }

    Path data() {
        return folder.resolve("data");
    }

    /** Makes an empty data directory; nothing runs yet. */
    void initialize(Logins logins) {
        Path password = folder.resolve("password");
        try {
            Files.createDirectories(folder);
            Files.writeString(password, logins.of(Role.SUPERUSER).password());
            program(
                    "initdb",
                    "--pgdata=" + data(),
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
            Files.write(data().resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the server in " + folder + " could not be configured", e);
        }
    }

    /** Makes the server, whose data was copied from {@code primary}, a standby of it. */
    void follow(String name, ClusterNode primary) {
        try {
            Files.createFile(data().resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException("the server in " + folder + " could not be made a standby", e);
        }
        configure(List.of("primary_conninfo = '" + primary.connectionString(name) + "'"));
    }

    boolean runs() {
        return process.runs();
    }

    @Override
    public void start() {
        if (!process.runs()) {
            program("pg_ctl", "start", "-w", "-s", "-D", data().toString(), "-l", folder + "/server.log");
        }
    }

    @Override
    public void stop() {
        if (process.runs()) {
            program("pg_ctl", "stop", "-w", "-s", "-D", data().toString(), "-m", "fast");
        }
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void freeze() {
        process.freeze();
    }

    @Override
    public void thaw() {
        process.thaw();
    }

    private void program(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve(name).toString());
        command.addAll(List.of(arguments));
        Commands.run(folder.resolve("commands.log"), Commands.unprivileged(command));
    }
}
