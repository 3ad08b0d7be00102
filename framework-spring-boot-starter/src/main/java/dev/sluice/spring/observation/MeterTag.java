package dev.sluice.spring.observation;

import io.micrometer.common.docs.KeyName;

/** The tags of meters and the keys of observations. Their values are few: what there may be a million of is none. */
enum MeterTag implements KeyName {
    NODE("node", "the node's name; `primary` is the one of `sluice.url`"),
    WORKLOAD("workload", "the kind of work"),
    STATEMENT("statement", "`Repository.method`; `sql` for ad-hoc text"),
    TARGET("target", "`primary` or `replica`"),
    REASON("reason", "why"),
    OUTCOME("outcome", "what became of it"),
    TIER("tier", "`near` (this process) or `shared` (Redis)"),
    RESULT("result", "what it said"),
    DRY_RUN("dry.run", "whether it was only counted"),
    WORKER("worker", "the worker's name"),
    STATE("state", "what a connection does"),
    ACTIVE("active", "whether somebody uses it"),
    KIND("kind", "of what"),
    ERROR("error", "the class of the error, or `none`"),
    POOL("name", "the node's name");

    private final String key;
    private final String meaning;

    MeterTag(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    @Override
    public String asString() {
        return key;
    }

    String meaning() {
        return meaning;
    }
}
