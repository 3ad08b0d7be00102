/**
 * What observers are told of calls: {@link dev.sluice.r2dbc.observation.QueryWatch} is one call that somebody observes. Without
 * an observer there is none, and a call costs what it costs without this package.
 */
@NullMarked
package dev.sluice.r2dbc.observation;

import org.jspecify.annotations.NullMarked;
