package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import java.util.List;
import java.util.UUID;

/**
 * What a mass cancel did.
 *
 * @param canceled ids of the orders that it canceled
 */
public record CanceledShape(List<UUID> canceled) implements Shape {}
