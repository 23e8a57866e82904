package io.tola.gateway.security;

import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * A local user as the database has it.
 *
 * @param password what a password is checked against
 * @param demo made by the demo profile; refused in every other
 * @param addresses where the user may come from; null means from anywhere
 * @param passwordTemporary somebody else set the password: it is good for changing it only
 * @param version rises with every change of rights; a token is good for one version
 */
record StoredUser(
    UUID userId,
    String username,
    Passwords.Hash password,
    Set<Role> roles,
    Set<AccountId> accounts,
    boolean enabled,
    boolean demo,
    AddressList addresses,
    boolean passwordTemporary,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** A user who may come from anywhere and has a password of the own choice. */
  StoredUser(
      UUID userId,
      String username,
      Passwords.Hash password,
      Set<Role> roles,
      Set<AccountId> accounts,
      boolean enabled,
      boolean demo,
      long version,
      Instant updatedAt) {
    this(
        userId, username, password, roles, accounts, enabled, demo, null, false, version, updatedAt,
        updatedAt);
  }
}
