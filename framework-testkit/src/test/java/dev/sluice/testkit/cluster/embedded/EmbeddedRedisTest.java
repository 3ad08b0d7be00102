package dev.sluice.testkit.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.cluster.RedisNode;
import org.junit.jupiter.api.Test;

class EmbeddedRedisTest {

    @Test
    void aRedisAloneAnswersUntilItIsClosed() {
        RedisNode node;
        try (EmbeddedRedis redis = EmbeddedRedis.start()) {
            node = redis.node();
            assertThat(node.answers()).isTrue();
        }
        assertThat(node.answers()).isFalse();
    }
}
