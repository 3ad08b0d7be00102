package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Servers that write, replicate, crash, freeze and are promoted at random, and the truth about who has which commit. The last
 * one is of another cluster.
 */
final class SimulatedCluster {

    static final long IDENTIFIER = 7_000_000_000_000_000_001L;
    private static final int FIRST_TIMELINE = 1;

    /** A history: what was committed on it, after what it shares with the one that it began from. */
    static final class Branch {
        final @Nullable Branch parent;
        final long fork;
        final int timeline;
        final List<Commit> commits = new ArrayList<>();
        /** Whether the monitor knows who writes it. */
        boolean seen;

        Branch(@Nullable Branch parent, long fork, int timeline) {
            this.parent = parent;
            this.fork = fork;
            this.timeline = timeline;
        }
    }

    record Commit(long lsn, long time) {}

    /** What a server has: all of a history up to a position. */
    record Content(Branch branch, long lsn) {

        boolean has(Branch other, Commit commit) {
            long most = lsn;
            for (Branch each = branch; each != null; each = each.parent) {
                if (each == other) {
                    return commit.lsn() <= most;
                }
                most = Math.min(most, each.fork);
            }
            return false;
        }
    }

    static final class Server {
        long identifier = IDENTIFIER;
        long startedAt;
        boolean up = true;
        boolean frozen;
        boolean writable;
        Branch branch;
        long lsn;
        int upstream;
        /** What it receives, or did in this life: PostgreSQL does not go back to an older timeline. */
        @Nullable
        Branch target;
        /** What it says of itself is not what the monitor's connection was opened to. */
        boolean connectionLost;

        boolean hasWritten;
        /** Whether the monitor knows that it is a standby. */
        boolean seenAsStandby;

        Content content() {
            return new Content(branch, lsn);
        }

        boolean answers() {
            return up && !frozen;
        }
    }

    private final Random random;
    final List<Server> servers = new ArrayList<>();
    private long starts;
    long now;

    SimulatedCluster(Random random, int size) {
        this.random = random;
        this.now = random.nextInt() * 1_000L;
        Branch first = new Branch(null, 0, FIRST_TIMELINE);
        for (int i = 0; i < size; i++) {
            Server server = new Server();
            server.startedAt = ++starts;
            server.branch = first;
            server.lsn = 1;
            servers.add(server);
        }
        servers.get(0).writable = true;
        servers.get(0).hasWritten = true;
        Server foreign = servers.get(size - 1);
        foreign.identifier = IDENTIFIER + 1;
        foreign.writable = true;
        foreign.branch = new Branch(null, 0, 9);
    }

    /** Lets something happen. */
    void step() {
        now += 1 + random.nextInt(20);
        int index = random.nextInt(servers.size() - 1);
        Server server = servers.get(index);
        int what = random.nextInt(100);
        if (what < 60) {
            servers.forEach(this::write);
            servers.forEach(this::replicate);
        } else if (what < 84) {
            server.upstream = random.nextInt(servers.size() - 1);
        } else if (what < 87) {
            end(server);
        } else if (what < 91) {
            start(server);
        } else if (what < 94) {
            server.frozen = !server.frozen;
        } else if (what < 96) {
            promote(server);
        } else {
            rebuild(server);
        }
    }

    private void write(Server server) {
        if (server.answers() && server.writable && random.nextInt(3) == 0) {
            commit(server);
        }
    }

    private void commit(Server server) {
        server.lsn += 1 + random.nextInt(10);
        server.branch.commits.add(new Commit(server.lsn, now));
    }

    // Only from histories whose writer the monitor has seen: no probe can tell apart what no probe has seen.
    private void replicate(Server server) {
        if (follows(server) && random.nextInt(3) > 0) {
            Server upstream = servers.get(server.upstream);
            server.target = upstream.branch;
            server.lsn = Math.min(upstream.lsn, server.lsn + random.nextInt(30));
            server.branch = branchOf(upstream, server.lsn);
        }
    }

    private boolean follows(Server server) {
        Server upstream = servers.get(server.upstream);
        return server != upstream
                && server.answers()
                && !server.writable
                && upstream.answers()
                && upstream.branch.seen
                && upstream.lsn >= server.lsn
                && branchOf(upstream, server.lsn) == server.branch
                && (server.target == null || isPartOf(upstream.branch, server.target));
    }

    private static boolean isPartOf(Branch branch, Branch part) {
        Branch each = branch;
        while (each != part && each.parent != null) {
            each = each.parent;
        }
        return each == part;
    }

    private static Branch branchOf(Server server, long lsn) {
        Branch branch = server.branch;
        while (branch.parent != null && lsn <= branch.fork) {
            branch = branch.parent;
        }
        return branch;
    }

    private static void end(Server server) {
        server.up = false;
        server.frozen = false;
        server.connectionLost = true;
    }

    private void start(Server server) {
        if (server.up && random.nextBoolean()) {
            server.frozen = false;
        }
        if (!server.up) {
            server.up = true;
            startAnew(server);
        } else if (!server.frozen && !server.writable) {
            // A crash of one process: the server starts recovery again, and keeps its start time.
            server.connectionLost = true;
            goBack(server);
        }
    }

    private void startAnew(Server server) {
        server.startedAt = ++starts;
        server.target = null;
        if (!server.writable) {
            goBack(server);
        }
    }

    private void goBack(Server server) {
        server.lsn = Math.max(server.branch.fork + 1, server.lsn - random.nextInt(20));
    }

    private void promote(Server server) {
        if (server.answers() && !server.writable && (!server.hasWritten || server.seenAsStandby)) {
            server.hasWritten = true;
            server.seenAsStandby = false;
            int known = server.target == null ? server.branch.timeline : server.target.timeline;
            server.branch = new Branch(server.branch, server.lsn, known + 1);
            server.lsn++;
            server.writable = true;
            commit(server);
        }
    }

    // A person who has seen what the monitor reports makes a standby of another's copy.
    private void rebuild(Server server) {
        Server source = servers.get(random.nextInt(servers.size() - 1));
        if (source != server && source.answers() && source.branch.seen) {
            end(server);
            server.up = true;
            server.startedAt = ++starts;
            server.target = null;
            server.writable = false;
            server.seenAsStandby = false;
            server.branch = source.branch;
            server.lsn = source.lsn;
            server.upstream = servers.indexOf(source);
        }
    }

    NodeAnswer answer(Server server) {
        int timeline = server.branch.timeline;
        if (!server.writable && follows(server)) {
            server.target = servers.get(server.upstream).branch;
            timeline = server.target.timeline;
        }
        return new NodeAnswer(
                server.identifier, server.startedAt, server.writable, timeline, new Lsn(server.lsn), null, false);
    }
}
