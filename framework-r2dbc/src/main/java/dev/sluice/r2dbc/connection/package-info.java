/**
 * The plain R2DBC view. {@link dev.sluice.r2dbc.connection.SluiceConnectionFactory} gives libraries that know nothing of
 * Sluice connections that hold nothing between statements: each statement is a call of its own, or one in the transaction
 * that the connection began or joined. The tenant comes from the Context and the second lock keeps the rows apart.
 */
@NullMarked
package dev.sluice.r2dbc.connection;

import org.jspecify.annotations.NullMarked;
