/**
 * Values in this process. {@link dev.sluice.cache.near.NearTier} holds them within a budget of bytes;
 * {@link dev.sluice.cache.near.Generations} holds what ends many of them at once. What is put must have been read after a ticket was
 * taken: if anything has changed since, it is not kept.
 */
@NullMarked
package dev.sluice.cache.near;

import org.jspecify.annotations.NullMarked;
