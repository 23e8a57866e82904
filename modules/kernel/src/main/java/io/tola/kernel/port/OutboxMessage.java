package io.tola.kernel.port;

import java.util.UUID;

/**
 * A message that must leave the platform if, and only if, its transaction commits.
 *
 * @param id UUIDv7; receivers use it to drop repeats
 * @param topic where it goes: {@code tola.executions}, {@code tola.risk.alerts}
 * @param key what orders it: messages of one key are delivered in the order they were appended
 * @param sequence the key's own counter, rising: the number of the first thing the message tells of
 * @param payload the JSON body
 */
public record OutboxMessage(UUID id, String topic, String key, long sequence, String payload) {}
