/**
 * Workers of the application: each bean of type {@link dev.sluice.work.Worker} is started when the application is ready and stopped
 * before the connections are closed.
 */
@NullMarked
package dev.sluice.spring.work;

import org.jspecify.annotations.NullMarked;
