package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.gateway.security.UserOffice;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A user as administrators and auditors see it; never a password or a hash.
 *
 * @param allowedAddresses empty means from anywhere
 * @param lockedUntil logins are locked somewhere until then; null when nowhere
 */
public record UserShape(
    UUID userId,
    String username,
    List<String> roles,
    List<UUID> accounts,
    boolean enabled,
    Set<String> allowedAddresses,
    boolean passwordTemporary,
    Instant lockedUntil,
    boolean demo,
    long version,
    Instant createdAt,
    Instant updatedAt)
    implements Shape {

  public static UserShape of(UserOffice.User user) {
    return new UserShape(
        user.userId(),
        user.username(),
        user.roles().stream().map(Role::code).sorted().toList(),
        user.accounts().stream().map(AccountId::value).toList(),
        user.enabled(),
        user.allowedAddresses(),
        user.passwordTemporary(),
        user.lockedUntil(),
        user.demo(),
        user.version(),
        user.createdAt(),
        user.updatedAt());
  }
}
