package dev.sluice.reference.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ReferenceApplication;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class EmbeddedModeTest {

    @Test
    void aServiceThatIsClosedLeavesNoServerRunning() throws SQLException {
        SpringApplication application = new SpringApplication(ReferenceApplication.class);
        application.addInitializers(new EmbeddedMode());
        ProcessHandle server;
        try (ConfigurableApplicationContext running = application.run("--server.port=0")) {
            server = server(running.getBean(SluiceCluster.class));
            assertThat(server.isAlive()).isTrue();
        }
        Await.until(Duration.ofSeconds(10), () -> !server.isAlive(), "the server of the service is gone");
    }

    // Each connection is served by a child of the server.
    private static ProcessHandle server(SluiceCluster cluster) throws SQLException {
        try (Connection connection = cluster.primary().connect(Role.OWNER, "postgres");
                Statement statement = connection.createStatement();
                ResultSet pid = statement.executeQuery("select pg_backend_pid()")) {
            pid.next();
            return ProcessHandle.of(pid.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow();
        }
    }
}
