package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void keepsWhatIsSaidOfTls() {
        assertThat(JdbcUrl.of("r2dbcs:postgresql://localhost/app")).contains("sslmode=require");
        assertThat(JdbcUrl.of("r2dbc:postgresql://localhost/app?sslMode=VERIFY_FULL&sslRootCert=/etc/CA.pem"))
                .contains("sslmode=verify-full", "sslrootcert=%2Fetc%2FCA.pem");
    }
}
