/**
 * HTTP clients of the application. {@link dev.sluice.spring.client.SluiceWebClientAutoConfiguration} has every
 * {@code WebClient} of Spring Boot's builder ask {@link dev.sluice.transaction.ExternalIo} before a request is sent.
 */
@NullMarked
package dev.sluice.spring.client;

import org.jspecify.annotations.NullMarked;
