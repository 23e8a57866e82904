package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;

/**
 * What a logout ended.
 *
 * @param ended {@code token} or {@code all}
 */
public record LogoutShape(String username, String ended) implements Shape {}
