package dev.sluice.spring.coherence;

/** A counter: the ids are the same in each tenant. */
record Key(int number) {

    static final int TENANTS = 4;
    static final int IDS = 8;
    static final int ALL = TENANTS * IDS;

    static Key of(String tenant, int id) {
        return new Key(Integer.parseInt(tenant.substring(1)) * IDS + id);
    }

    String tenant() {
        return "t" + number / IDS;
    }

    int id() {
        return number % IDS;
    }
}
