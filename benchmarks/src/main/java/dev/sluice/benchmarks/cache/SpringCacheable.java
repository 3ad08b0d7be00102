package dev.sluice.benchmarks.cache;

import dev.sluice.access.Access;
import java.net.URI;
import java.time.Duration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.JacksonJsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import reactor.core.publisher.Mono;

/** The same method behind Spring's {@code @Cacheable} on the same Redis, as JSON. Nothing ends its answers but their TTL. */
final class SpringCacheable implements AutoCloseable {

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    SpringCacheable(String redisUrl, Forecast.Plain forecasts) {
        URI redis = URI.create(redisUrl);
        context.registerBean(
                LettuceConnectionFactory.class, () -> new LettuceConnectionFactory(redis.getHost(), redis.getPort()));
        context.registerBean(CacheManager.class, () -> manager(context.getBean(LettuceConnectionFactory.class)));
        context.registerBean(Forecasts.class, () -> new Forecasts(forecasts));
        context.register(Caching.class);
        context.refresh();
    }

    private static CacheManager manager(LettuceConnectionFactory redis) {
        return RedisCacheManager.builder(RedisCacheWriter.nonLockingRedisCacheWriter(redis))
                .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig()
                        .entryTtl(Duration.ofHours(1))
                        .serializeValuesWith(
                                SerializationPair.fromSerializer(new JacksonJsonRedisSerializer<>(Forecast.class))))
                .build();
    }

    Mono<Forecast> findById(String tenant, long id) {
        return context.getBean(Forecasts.class).findById(tenant, id);
    }

    @Override
    public void close() {
        context.close();
    }

    /** Switches {@code @Cacheable} on. */
    @EnableCaching
    static class Caching {}

    /** What an application would write. */
    static class Forecasts {

        private final Forecast.Plain forecasts;

        Forecasts(Forecast.Plain forecasts) {
            this.forecasts = forecasts;
        }

        @Cacheable(cacheNames = "forecasts", key = "#p0 + ':' + #p1")
        public Mono<Forecast> findById(String tenant, long id) {
            return forecasts.findById(id).contextWrite(Access.tenant(tenant));
        }
    }
}
