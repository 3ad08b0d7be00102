package dev.sluice.r2dbc.sql;

import java.util.Map;
import java.util.Set;

/** PostgreSQL's key words, by what they may name when not quoted (appendix C of its manual). */
final class Keywords {

    /**
     * Neither a relation nor an alias: the reserved ones, and those that may name a function or type only.
     */
    private static final Set<String> NO_RELATION = words("""
                    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
                    create current_catalog current_date current_role current_time current_timestamp current_user
                    default deferrable desc distinct do else end except false fetch for foreign from grant group having
                    in initially intersect into lateral leading limit localtime localtimestamp not null offset on only
                    or order placing primary references returning select session_user some symmetric system_user table
                    then to trailing true union unique user using variadic when where window with
                    authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull
                    join left like natural notnull outer overlaps right similar tablesample verbose""");

    /**
     * Followed by a bracket, these are syntax: operators, clauses, and constructs that look like functions.
     */
    private static final Set<String> SYNTAX = words("""
                    all and any array as asc between both case cast coalesce cube distinct else except exists extract from
                    greatest grouping group having ilike in intersect interval is join lateral least like limit not
                    normalize nullif offset on only or overlaps overlay placing position returning rollup row select
                    similar some substring symmetric then to treat trim union using values variadic when where with
                    bigint bit boolean char character dec decimal float int integer json nchar numeric precision real
                    smallint time timestamp varchar varying
                    json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
                    json_serialize json_value merge_action xmlattributes xmlconcat xmlelement xmlexists xmlforest
                    xmlparse xmlpi xmlroot xmlserialize""");

    /**
     * So are these behind one of the words, or where none is given behind a value; elsewhere they may name a
     * function.
     */
    private static final Map<String, Set<String>> SYNTAX_BEHIND = Map.ofEntries(
            Map.entry("by", Set.of("group", "order", "partition")),
            Map.entry("conflict", Set.of("on")),
            Map.entry("escape", Set.of()),
            Map.entry("insert", Set.of("then")),
            Map.entry("materialized", Set.of("as", "not")),
            Map.entry("set", Set.of()),
            Map.entry("sets", Set.of("grouping")),
            Map.entry("zone", Set.of("time")));

    private Keywords() {}

    private static Set<String> words(String list) {
        return Set.of(list.strip().split("\\s+"));
    }

    /** Whether an unquoted word may name a relation or be an alias without AS. */
    static boolean mayNameRelation(Token token) {
        return token.kind() == Token.Kind.QUOTED
                || (token.kind() == Token.Kind.WORD && !NO_RELATION.contains(token.value()));
    }

    /** Whether a bracket after the word does not make it the call of a function. */
    static boolean isSyntax(Token before, Token word) {
        if (word.kind() != Token.Kind.WORD) {
            return false;
        }
        if (word.isAny("filter", "over")) {
            return before.isMark(")");
        }
        Set<String> behind = SYNTAX_BEHIND.get(word.value());
        if (behind == null) {
            return SYNTAX.contains(word.value());
        }
        boolean value = before.endsOperand() && (before.kind() != Token.Kind.WORD || mayNameRelation(before));
        return behind.isEmpty() ? value : before.isAny(behind.toArray(String[]::new));
    }
}
