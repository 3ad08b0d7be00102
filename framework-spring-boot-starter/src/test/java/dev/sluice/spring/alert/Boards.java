package dev.sluice.spring.alert;

import dev.sluice.r2dbc.R2dbcSluice;
import java.util.Map;
import java.util.Optional;

/** Boards for tests of who shows them. */
public final class Boards {

    private Boards() {}

    /** One that knows only what Sluice says of itself now. */
    public static AlertBoard of(R2dbcSluice sluice) {
        return new AlertBoard(sluice, new AlertSignals(System::nanoTime), Optional::empty, Map.of());
    }
}
