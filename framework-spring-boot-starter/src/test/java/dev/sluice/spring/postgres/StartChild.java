package dev.sluice.spring.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The main class of a JVM that starts an application once for each of its arguments, a way to migrate: {@code none}, {@code flyway}
 * (Spring Boot's) or {@code sluice}. Its input is {@code url TAB jdbc url TAB app TAB password TAB owner TAB password}; it
 * answers each start with a line {@code way TAB microseconds TAB microseconds of all processors}.
 */
final class StartChild {

    private StartChild() {}

    public static void main(String[] ways) throws IOException {
        String[] database = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                .readLine()
                .split("\t");
        for (String way : ways) {
            long begin = System.nanoTime();
            long spent = processorMicros();
            try (ConfigurableApplicationContext started = start(way, database)) {
                long micros = (System.nanoTime() - begin) / 1_000;
                System.out.println(way + "\t" + micros + "\t" + (processorMicros() - spent));
            }
        }
    }

    private static long processorMicros() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1_000;
    }

    private static ConfigurableApplicationContext start(String way, String[] database) {
        List<String> properties = new ArrayList<>(List.of(
                "logging.level.root=off",
                "sluice.url=" + database[0],
                "sluice.username=" + database[2],
                "sluice.password=" + database[3],
                "sluice.pool.min=0",
                "sluice.pool.max=4"));
        if (way.equals("sluice")) {
            properties.add("sluice.migrations.username=" + database[4]);
            properties.add("sluice.migrations.password=" + database[5]);
        } else {
            properties.add("sluice.migrations.enabled=false");
        }
        if (way.equals("flyway")) {
            properties.add("spring.flyway.url=" + database[1]);
            properties.add("spring.flyway.user=" + database[4]);
            properties.add("spring.flyway.password=" + database[5]);
        }
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .properties(properties.toArray(String[]::new))
                .run();
    }
}
