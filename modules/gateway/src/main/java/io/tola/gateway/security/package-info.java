/**
 * Who is calling and what they may do: users, passwords, tokens, roles, rate limits.
 *
 * <p>Holds the gateway's own tables ({@code users}, {@code user_accounts}). Knows nothing of JAX-RS
 * or of what a resource does with its caller; the doors ask, this package answers.
 */
package io.tola.gateway.security;
