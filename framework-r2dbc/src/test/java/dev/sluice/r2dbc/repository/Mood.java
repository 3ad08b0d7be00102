package dev.sluice.r2dbc.repository;

enum Mood {
    CALM,
    STORMY
}
