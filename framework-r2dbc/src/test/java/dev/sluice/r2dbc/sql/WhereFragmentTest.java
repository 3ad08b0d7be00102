package dev.sluice.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.repository.StatementRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhereFragmentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "a = :a; a = :a; ",
                "a = :a order by b desc, c; a = :a; b desc, c",
                "ORDER  BY b; ``; b",
                "\"order\" = 1 order by f; \"order\" = 1; f",
                "name = ' order by x' or b; name = ' order by x' or b; ",
                "a in (select a from t order by b limit 1) order by c; a in (select a from t order by b limit 1); c",
                "(array_agg(a order by b))[1] = 1; (array_agg(a order by b))[1] = 1; ",
                "a is distinct from b; a is distinct from b; ",
                "case when a then b else c end order by d; case when a then b else c end; d"
            })
    void theConditionIsPartedFromTheOrder(String text, String condition, String order) {
        assertThat(WhereFragment.split("t", text)).isEqualTo(new WhereFragment(condition, order));
    }

    @Test
    void noCommentReachesIntoWhatFollows() {
        assertThat(WhereFragment.split("t", "/* a */ a = 1 -- b\norder by a -- c"))
                .isEqualTo(new WhereFragment("a = 1", "a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1) or (b = 1",
                "a = 1; delete from t",
                "a = 1 union select 1",
                "a = 1 group by a",
                "a = 1 limit 1",
                "a = 1 order by b limit 1",
                "a = 1 order by b for update",
                "a = 1 order by b order by c",
                "a = 1 order b",
                "a = 1 returning a",
                "select 1",
                " -- nothing",
                "a = 'x",
                "a = 1 /* x"
            })
    void whatIsMoreThanAConditionAndAnOrderIsRefused(String text) {
        assertThatThrownBy(() -> WhereFragment.split("Forecasts.all", text))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageStartingWith("Forecasts.all refused: ");
    }
}
