package io.tola.kernel.problem;

/**
 * What is wrong with one field.
 *
 * @param field the field as the contract spells it, with its path: {@code orders[3].quantity}
 * @param message what it must be
 */
public record FieldError(String field, String message) {}
