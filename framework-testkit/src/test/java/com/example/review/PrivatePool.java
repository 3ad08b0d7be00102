package com.example.review;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;

/** Connections that no limit knows of. */
public final class PrivatePool {

    public ConnectionFactory own() {
        return ConnectionFactories.get("r2dbc:postgresql://localhost:5432/app");
    }
}
