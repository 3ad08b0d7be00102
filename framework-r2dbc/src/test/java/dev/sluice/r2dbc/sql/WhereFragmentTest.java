package dev.sluice.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.repository.StatementRefusedException;
import org.junit.jupiter.api.Test;

class WhereFragmentTest {

    @Test
    void aFragmentIsSplitAtItsOwnOrder() {
        assertThat(WhereFragment.split("t", " a = :a /* x */ ORDER\n BY b desc, c -- y"))
                .isEqualTo(new WhereFragment("a = :a", "b desc, c"));
        assertThat(WhereFragment.split("t", "order by b")).isEqualTo(new WhereFragment("", "b"));
    }

    @Test
    void anOrderInBracketsOrQuotesIsPartOfTheCondition() {
        String condition = "a = 'order by x' and b = (select c from d order by e limit 1) and \"order\" = 1";

        assertThat(WhereFragment.split("t", condition)).isEqualTo(new WhereFragment(condition, null));
        assertThat(WhereFragment.split("t", condition + " order by f")).isEqualTo(new WhereFragment(condition, "f"));
    }

    @Test
    void anEmptyFragmentIsRefused() {
        assertThatThrownBy(() -> WhereFragment.split("t", " -- nothing")).isInstanceOf(StatementRefusedException.class);
    }
}
