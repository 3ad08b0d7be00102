package dev.sluice.testkit.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    private static final String PROPERTY = "sluice.testkit.data";

    @TempDir
    Path named;

    private final @Nullable String before = System.getProperty(PROPERTY);

    @AfterEach
    void asBefore() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void liesWhereThePropertySays() {
        System.setProperty(PROPERTY, named.toString());
        assertThat(DataFolder.create("data-")).exists().hasParent(named);
    }

    @Test
    void isThisUsersAlone() throws IOException {
        Path folder = DataFolder.create("data-");
        try {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
        } finally {
            Files.delete(folder);
        }
    }

    @Test
    void anUnusablePlaceIsNamedWithItsProperty() {
        Path nowhere = named.resolve("nowhere");
        System.setProperty(PROPERTY, nowhere.toString());
        assertThatThrownBy(() -> DataFolder.create("data-"))
                .hasMessage(
                        "no folder for a server can be made in " + nowhere + " (sluice.testkit.data names another)");
    }
}
