package io.tola.gateway.security;

import io.tola.kernel.Role;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets in callers that hold at least one of the roles; with no role named, every caller with a
 * valid token. A door without {@link Allow} and without {@link Anonymous} lets nobody in.
 *
 * <p>Not {@code jakarta.annotation.security.RolesAllowed}, because the container would check that a
 * second time, against its own user registry, and answer without a problem document.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Allow {
  Role[] value() default {};
}
