package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import java.util.List;
import java.util.UUID;

/** All execution reports of one order, oldest first. */
public record EventsShape(UUID orderId, List<ExecutionShape> items) implements Shape {}
