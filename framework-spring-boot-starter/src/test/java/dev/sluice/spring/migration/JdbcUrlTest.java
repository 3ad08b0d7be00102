package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.Driver;
import org.postgresql.ssl.DefaultJavaSSLFactory;

class JdbcUrlTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r2dbc:postgresql://db.example.org/app              | jdbc:postgresql://db.example.org:5432/app?
            r2dbc:postgresql://localhost:6543/app              | jdbc:postgresql://localhost:6543/app?
            r2dbc:postgresql://user:secret@localhost:6543/app  | jdbc:postgresql://localhost:6543/app?
            """)
    void namesTheSameDatabaseWithoutTheLogin(String r2dbc, String jdbc) {
        assertThat(JdbcUrl.of(r2dbc)).startsWith(jdbc).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbcs:postgresql://localhost/app, verify-full",
        "r2dbc:postgresql://localhost/app?ssl=true, verify-full",
        "r2dbcs:postgresql://localhost/app?sslMode=require, require",
        "r2dbc:postgresql://localhost/app?sslMode=VERIFY_FULL, verify-full",
        "r2dbc:postgresql://localhost/app?sslMode=Verify_CA, verify-ca",
        "r2dbc:postgresql://localhost/app?sslmode=verify-full, verify-full",
        "r2dbc:postgresql://localhost/app?sslmode=disable&sslMode=REQUIRE, require"
    })
    void checksTheServerAsTheR2dbcDriverDoes(String r2dbc, String mode) {
        assertThat(parameters(r2dbc)).containsEntry("sslmode", mode);
    }

    @Test
    void saysNothingOfTlsWhenTheUrlDoesNot() {
        assertThat(JdbcUrl.of("r2dbc:postgresql://localhost/app?ssl=false")).doesNotContain("ssl");
    }

    @Test
    void trustsWhomTheJvmTrustsUnlessFilesSayWhom() {
        assertThat(parameters("r2dbcs:postgresql://localhost/app"))
                .containsEntry("sslfactory", DefaultJavaSSLFactory.class.getName());
        assertThat(parameters("r2dbcs:postgresql://localhost/app?sslRootCert=/etc/CA.pem"))
                .containsEntry("sslrootcert", "/etc/CA.pem")
                .doesNotContainKey("sslfactory");
        assertThat(parameters("r2dbcs:postgresql://localhost/app?sslMode=require"))
                .doesNotContainKey("sslfactory");
    }

    @ParameterizedTest
    @CsvSource({"schema=planning, planning", "currentSchema=planning, planning", "schema=b&currentSchema=a, a"})
    void migratesTheSchemaThatTheServiceUses(String option, String schema) {
        assertThat(parameters("r2dbc:postgresql://localhost/app?" + option)).containsEntry("currentSchema", schema);
    }

    @Test
    void keepsThePasswordOfTheKeyOutOfTheUrl() {
        String url = "r2dbcs:postgresql://localhost/app?sslKey=/etc/key.p12&sslPassword=hunter2";

        assertThat(JdbcUrl.of(url)).doesNotContain("hunter2");
        assertThat(JdbcUrl.secrets(url)).containsOnly(Map.entry("sslpassword", "hunter2"));
        assertThat(JdbcUrl.secrets("r2dbc:postgresql://localhost/app")).isEmpty();
    }

    // What the JDBC driver itself reads.
    private static Properties parameters(String r2dbc) {
        return Objects.requireNonNull(Driver.parseURL(JdbcUrl.of(r2dbc), new Properties()));
    }
}
