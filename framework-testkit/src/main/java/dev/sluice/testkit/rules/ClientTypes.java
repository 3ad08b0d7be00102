package dev.sluice.testkit.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.PackageMatchers;
import java.util.Set;

/** Which types of which libraries do what. Known by name, so that none of them need be there. */
final class ClientTypes {

    /** They talk to other systems. */
    static final String[] EXTERNAL_IO = {
        "org.springframework.web.reactive.function.client..",
        "org.springframework.web.client..",
        "org.springframework.web.reactive.socket.client..",
        "org.springframework.kafka..",
        "org.springframework.amqp..",
        "org.springframework.jms..",
        "org.springframework.mail..",
        "org.springframework.data.redis..",
        "reactor.netty.http.client..",
        "reactor.netty.tcp..",
        "reactor.kafka..",
        "java.net.http..",
        "okhttp3..",
        "retrofit2..",
        "feign..",
        "io.grpc..",
        "io.lettuce.core..",
        "redis.clients..",
        "org.apache.http..",
        "org.apache.hc.client5..",
        "org.apache.kafka.clients..",
        "com.rabbitmq.client..",
        "jakarta.jms..",
        "jakarta.mail..",
        "software.amazon.awssdk..",
        "com.mongodb.."
    };

    private static final Set<String> JDK_CONNECTIONS = Set.of(
            "java.net.URLConnection",
            "java.net.HttpURLConnection",
            "java.net.Socket",
            "java.nio.channels.SocketChannel");

    private static final PackageMatchers POOLS = PackageMatchers.of(
            "io.r2dbc.pool..",
            "io.r2dbc.postgresql..",
            "reactor.pool..",
            "org.postgresql..",
            "com.zaxxer.hikari..",
            "org.apache.commons.dbcp2..",
            "org.apache.tomcat.jdbc..",
            "com.mchange.v2.c3p0..",
            "oracle.ucp..",
            "io.vertx.sqlclient..",
            "io.vertx.pgclient..",
            "org.springframework.jdbc.datasource..");

    private static final Set<String> OPENERS = Set.of(
            "io.r2dbc.spi.ConnectionFactories",
            "java.sql.DriverManager",
            "org.springframework.boot.jdbc.DataSourceBuilder",
            "org.springframework.boot.r2dbc.ConnectionFactoryBuilder");

    private ClientTypes() {}

    static boolean isJdkConnection(JavaClass type) {
        return JDK_CONNECTIONS.contains(type.getName());
    }

    static boolean opensConnections(JavaClass type) {
        return OPENERS.contains(type.getName()) || POOLS.test(type.getPackageName());
    }
}
