package com.example.review;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The same, for one. */
public final class PrivateConnection {

    public Connection own() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:5432/app");
    }
}
