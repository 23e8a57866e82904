package io.tola.gateway.security;

import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.security.Principal;
import java.util.Set;

/**
 * An authenticated user as every door sees it: name, roles, accounts. Immutable but for the bucket
 * that limits its requests.
 */
public final class Caller implements Principal {

  private final String name;
  private final Set<Role> roles;
  private final int roleMask;
  private final Set<AccountId> accounts;
  private final AccountId onlyAccount;
  private final RateBucket bucket;
  private final AddressList addresses;

  public Caller(String name, Set<Role> roles, Set<AccountId> accounts, RateBucket bucket) {
    this(name, roles, accounts, bucket, null);
  }

  /**
   * @param addresses where the user may come from, or null for anywhere
   */
  public Caller(
      String name,
      Set<Role> roles,
      Set<AccountId> accounts,
      RateBucket bucket,
      AddressList addresses) {
    this.addresses = addresses;
    this.name = name;
    this.roles = Set.copyOf(roles);
    this.roleMask = mask(roles);
    this.accounts = Set.copyOf(accounts);
    this.onlyAccount = accounts.size() == 1 ? accounts.iterator().next() : null;
    this.bucket = bucket;
  }

  /** The roles as bits, so that a door's check is one AND. */
  public static int mask(Iterable<Role> roles) {
    int mask = 0;
    for (Role role : roles) {
      mask |= 1 << role.ordinal();
    }
    return mask;
  }

  /** What goes into orders and the audit trail. */
  @Override
  public String getName() {
    return name;
  }

  public Set<Role> roles() {
    return roles;
  }

  public boolean has(Role role) {
    return (roleMask & (1 << role.ordinal())) != 0;
  }

  /** Whether one of the mask's roles is held. */
  public boolean hasAnyOf(int mask) {
    return (roleMask & mask) != 0;
  }

  /** The accounts the user may act for. */
  public Set<AccountId> accounts() {
    return accounts;
  }

  /** The account, when there is exactly one; null otherwise. */
  public AccountId onlyAccount() {
    return onlyAccount;
  }

  /** Where the user may come from, or null for anywhere. The door asks; nobody else needs to. */
  public AddressList addresses() {
    return addresses;
  }

  /** The refusal of somebody who comes from elsewhere. */
  public static ProblemException refusedAddress(String address) {
    return new ProblemException(
        ProblemCode.ADDRESS_REFUSED,
        "Your user may not come from " + address + "; an administrator keeps the list.");
  }

  /** The refusal at a door that can't tell where somebody comes from. */
  public static ProblemException refusedDoor() {
    return new ProblemException(
        ProblemCode.ADDRESS_REFUSED,
        "Your user may come from listed addresses only, and this door can't tell them; use REST.");
  }

  /** Limits the user's requests on this node, whatever token they come with. */
  public RateBucket bucket() {
    return bucket;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Caller caller && caller.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
