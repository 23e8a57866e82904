package io.tola.performance.api;

/**
 * Something worth doing.
 *
 * @param code which rule says so
 * @param severity {@code info}, {@code warning} or {@code critical}
 * @param subject what it is about: a statement's id, a request, a pool
 * @param reason the figures it rests on
 * @param advice what to do
 */
public record Recommendation(
    String code, String severity, String subject, String reason, String advice) {}
