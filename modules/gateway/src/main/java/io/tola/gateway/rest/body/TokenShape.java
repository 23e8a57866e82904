package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;

/**
 * A bearer token (RFC 6750).
 *
 * @param expiresIn seconds
 */
public record TokenShape(String accessToken, String tokenType, int expiresIn) implements Shape {}
