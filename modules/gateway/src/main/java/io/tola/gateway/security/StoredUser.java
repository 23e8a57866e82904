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
    long version,
    Instant updatedAt) {}
