/**
 * The wire port and leases. {@link dev.sluice.r2dbc.session.Session} is what Sluice needs of one PostgreSQL connection,
 * and this package alone touches driver types; {@link dev.sluice.r2dbc.session.Leases} hands sessions out under
 * admission and takes them back only when the server is idle. A tenant's setting lives and dies with its
 * {@link dev.sluice.r2dbc.session.Group}.
 */
@NullMarked
package dev.sluice.r2dbc.session;

import org.jspecify.annotations.NullMarked;
