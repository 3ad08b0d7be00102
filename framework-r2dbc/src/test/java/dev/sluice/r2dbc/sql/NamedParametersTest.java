package dev.sluice.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.repository.StatementRefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedParametersTest {

    @Test
    void theSameNameBecomesTheSamePosition() {
        StatementPlan plan = NamedParameters.unscoped("t", "select :a, :b::int, :a");

        assertThat(plan.sql()).isEqualTo("select $1, $2::int, $1");
        assertThat(plan.binding().slots()).containsExactly(new Slot.Argument(0, "a"), new Slot.Argument(1, "b"));
    }

    @Test
    void argumentsKeepTheirPlaceInTheMethod() {
        StatementPlan plan = NamedParameters.unscoped("t", "select :b", List.of("a", "b"));

        assertThat(plan.binding().slots()).containsExactly(new Slot.Argument(1, "b"));
    }

    @Test
    void aParameterThatNobodyGivesIsRefused() {
        assertThatThrownBy(() -> NamedParameters.unscoped("Forecasts.all", "select :nmae", List.of("name")))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessage("Forecasts.all refused: nothing is given for the parameter :nmae (given: [name])");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select ':a'",
                "select 'it''s :a'",
                "select E'it\\'s :a'",
                "select $$ :a $$, $x$ :a $$ :b $x$",
                "select 1 as \":a\"",
                "select 1 -- :a",
                "select /* :a /* :b */ :c */ 1",
                "select '1'::int",
                "select (array[1,2,3])[1:2], a[i:j], a[lower(b):n]",
                "select make_date(year := 1)",
                "select x'1f', b'01', n'a:b'",
                "select a->>'b:c', 0x1F, 1_000, 1.5e-3, .5",
                "select \"a\"\"b:c\""
            })
    void whatIsNoParameterStaysAsItIs(String text) {
        StatementPlan plan = NamedParameters.unscoped("t", text);

        assertThat(plan.sql()).isEqualTo(text);
        assertThat(plan.binding().slots()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "select a[:i]; select a[$1]",
                "select a[1: :n]; select a[1: $1]",
                "select a-:b*-:c; select a-$1*-$2",
                "select :a::text[]; select $1::text[]",
                "select a@>:b; select a@>$1",
                "select 'x'||:a; select 'x'||$1",
                "select a=:b--c; select a=$1--c"
            })
    void parametersAreFoundBesideOperators(String text, String expected) {
        assertThat(NamedParameters.unscoped("t", text).sql()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "select $1; name them",
                "select 'a; a string is not closed",
                "select $$a; a string is not closed",
                "select /* /* */; a comment is not closed",
                "select (1; a bracket is not closed",
                "select 1); closed that was not opened",
                "select 'a' 'b'; a string follows a string",
                "select 1a; is no number",
                "select U&'\\0061'; U& escapes",
                "select `a`; has no meaning here",
                "select \\d; has no meaning here"
            })
    void whatCannotBeCutWithCertaintyIsRefused(String text, String reason) {
        assertThatThrownBy(() -> NamedParameters.unscoped("t", text))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void severalStatementsAreRefusedButAClosingSemicolonIsNot() {
        assertThat(NamedParameters.unscoped("t", "select 1;").sql()).isEqualTo("select 1;");
        assertThatThrownBy(() -> NamedParameters.unscoped("t", "select 1; select 2"))
                .hasMessageContaining("more than one statement");
        assertThatThrownBy(() -> NamedParameters.unscoped("t", " -- nothing")).hasMessageContaining("it is empty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "select 1 for update; true; ",
                "values (1); true; ",
                "(select 1) union select 2; true; ",
                "insert into public.a (x) values (1); false; public.a",
                "insert into a (x) values (1) on conflict (x) do update set x = 2; false; a",
                "update only a set x = 1 returning x; true; a",
                "delete from \"A b\"; false; A b",
                "with d as (delete from a returning *) select * from d; true; a",
                "with d as (select 1) delete from b; false; b",
                "merge into a using b on true when matched then update set x = 1; false; a"
            })
    void whatIsWrittenAndWhetherRowsComeBackIsToldByKeywords(String text, boolean rows, String writes) {
        StatementPlan plan = NamedParameters.unscoped("t", text);

        assertThat(plan.returnsRows()).isEqualTo(rows);
        assertThat(plan.writes()).isEqualTo(writes == null ? java.util.Set.of() : java.util.Set.of(writes));
        assertThat(plan.replicaSafe()).isFalse();
    }
}
