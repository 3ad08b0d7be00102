package dev.sluice.r2dbc.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Composes statements at random from what the grammar offers around relations: sources, sub-queries, WITH and
 * writes.
 */
final class RandomStatements {

    private static final List<String> TABLES =
            List.of("scenarios", "events", "public.scenarios", "only events", "\"Odd Names\"", "EVENTS");
    private static final List<String> JOINS =
            List.of("join", "left join", "right outer join", "full join", "inner join");
    private static final List<String> LAYOUT = List.of(" ", "\n", "\t ", " /* from scenarios */ ", " -- where ';\n");

    /** One of the choices that are reads. */
    private static final int READ = 7;

    private final Random random;
    private final List<String> with = new ArrayList<>();
    private int names;

    /** Which of two writes of one statement to one row takes place is left open by PostgreSQL: then there is only one. */
    private boolean writesInWith;

    RandomStatements(Random random) {
        this.random = random;
    }

    String next() {
        with.clear();
        names = 0;
        writesInWith = false;
        String clause = random.nextInt(3) == 0 ? with() : "";
        String statement =
                switch (writesInWith ? READ : random.nextInt(READ + 1)) {
                    case 0 -> "update events e set what = e.what || '!' where " + condition("e", 2);
                    case 1 ->
                        "delete from events e using " + source("u", 1) + " where " + condition("e", 1) + " or "
                                + condition("u", 1);
                    case 2 -> "insert into events (id, what) " + rows(2);
                    case 3 ->
                        "merge into events e using (" + rows(1) + ") s (id, what) on s.id = e.id and "
                                + condition("e", 1)
                                + " when not matched by source and " + condition("e", 1) + " then delete"
                                + " when matched then do nothing";
                    default -> query(3);
                };
        return layout(clause + statement);
    }

    private String with() {
        writesInWith = random.nextBoolean();
        String body =
                writesInWith ? "delete from events where " + condition("events", 1) + " returning id, what" : rows(2);
        String name = random.nextBoolean() ? "scenarios" : "w" + names++;
        with.add(name);
        return "with " + name + " (id, what) as (" + body + ") ";
    }

    /** Two columns, a number and a text, in which a foreign row shows. */
    private String rows(int depth) {
        String a = "t" + names++;
        String rows =
                "select " + a + ".id, " + text(a) + " from " + source(a, depth) + " where " + condition(a, depth - 1);
        return random.nextInt(4) == 0 ? "(" + rows + ") union all " + rows(depth - 1) : rows;
    }

    private String query(int depth) {
        String a = "t" + names++;
        String b = "t" + names++;
        String from =
                switch (random.nextInt(4)) {
                    case 0 ->
                        source(a, depth) + ", lateral (select * from " + source("x", 1) + " where x.id = " + a + ".id) "
                                + b;
                    case 1 -> source(a, depth) + " natural join (select id from " + source("x", 1) + ") " + b;
                    default ->
                        source(a, depth) + " " + pick(JOINS) + " " + source(b, depth) + " on " + a + ".id = " + b
                                + ".id";
                };
        return "select count(*), sum(" + a + ".id), max(" + text(a) + "), min(" + b + ".id) from " + from + " where "
                + condition(a, depth - 1) + " or " + condition(b, depth - 1);
    }

    private String source(String alias, int depth) {
        String as = random.nextBoolean() ? " as " + alias : " " + alias;
        if (depth > 0 && random.nextInt(3) == 0) {
            return "(" + rows(depth - 1) + ")" + as + " (id, what)";
        }
        if (!with.isEmpty() && random.nextInt(3) == 0) {
            return with.get(0) + as;
        }
        String table = pick(TABLES);
        return table.startsWith("\"") ? table + as + " (tenant_id, id, what)" : table + as;
    }

    private String condition(String alias, int depth) {
        if (depth <= 0) {
            return random.nextBoolean() ? alias + ".id > " + random.nextInt(5) : "true";
        }
        String b = "t" + names++;
        return switch (random.nextInt(5)) {
            case 0 -> "exists (select from " + source(b, depth - 1) + " where " + b + ".id = " + alias + ".id + 1)";
            case 1 -> alias + ".id in (select " + b + ".id from " + source(b, depth - 1) + ")";
            case 2 -> alias + ".id < (select max(" + b + ".id) from " + source(b, depth - 1) + ")";
            case 3 -> "not (" + condition(alias, depth - 1) + " and " + condition(alias, depth - 1) + ")";
            default ->
                alias + ".id = any (array(select " + b + ".id from " + source(b, depth - 1) + ")) or "
                        + condition(alias, depth - 1);
        };
    }

    /** The whole row, so that the tenant shows wherever the column is. */
    private static String text(String alias) {
        return alias + "::text";
    }

    private String layout(String statement) {
        StringBuilder result = new StringBuilder();
        for (String word : statement.split(" ")) {
            result.append(word).append(random.nextInt(6) == 0 && !word.contains("'") ? pick(LAYOUT) : " ");
        }
        return result.toString();
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
