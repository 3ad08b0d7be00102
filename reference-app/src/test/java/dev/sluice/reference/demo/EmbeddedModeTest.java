package dev.sluice.reference.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ReferenceApplication;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class EmbeddedModeTest {

    @Test
    void aServiceThatIsClosedLeavesNoServerRunning() {
        SpringApplication application = new SpringApplication(ReferenceApplication.class);
        application.addInitializers(new EmbeddedMode());
        List<ProcessHandle> servers;
        try (ConfigurableApplicationContext running = application.run("--server.port=0")) {
            SluiceCluster cluster = running.getBean(SluiceCluster.class);
            servers = Stream.concat(Stream.of(cluster.primary()), cluster.standbys().stream())
                    .map(EmbeddedModeTest::server)
                    .toList();
            assertThat(servers).hasSize(3).allMatch(ProcessHandle::isAlive);
        }
        Await.until(
                Duration.ofSeconds(30),
                () -> servers.stream().noneMatch(ProcessHandle::isAlive),
                "the servers of the service are gone");
    }

    // Each connection is served by a child of the server.
    private static ProcessHandle server(ClusterNode node) {
        try (Connection connection = node.connect(Role.OWNER, "postgres");
                Statement statement = connection.createStatement();
                ResultSet pid = statement.executeQuery("select pg_backend_pid()")) {
            pid.next();
            return ProcessHandle.of(pid.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
