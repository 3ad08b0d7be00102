/**
 * What leaves the service and comes back unchanged. {@link dev.sluice.r2dbc.token.SessionTokens} carries what a session has seen;
 * {@link dev.sluice.r2dbc.token.Seal} signs it, and the cursors of pages too.
 */
@NullMarked
package dev.sluice.r2dbc.token;

import org.jspecify.annotations.NullMarked;
