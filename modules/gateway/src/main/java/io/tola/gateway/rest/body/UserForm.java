package io.tola.gateway.rest.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.security.AddressList;
import io.tola.gateway.security.UserOffice.Rights;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.problem.InvalidValueException;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What an administrator sends about a user. */
public final class UserForm {

  public static final int MAX_USERNAME = 64;
  private static final int MAX_ACCOUNTS = 1_000;
  private static final int MAX_ADDRESSES = 20;
  private static final Pattern USERNAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,63}");
  private static final Codes<Role> ROLES = Codes.of(Role.values(), Role::code);

  private UserForm() {}

  /**
   * Reads a name, as new users may have it.
   *
   * @throws InvalidValueException when it is none
   */
  public static String username(String text) {
    if (!USERNAME.matcher(text).matches()) {
      throw new InvalidValueException(
          "username",
          "must have 1 to 64 characters of a-z, 0-9 and ._@-, and begin with a letter or digit");
    }
    return text;
  }

  /**
   * Reads the rights of a new user: {@code roles}, {@code accounts}, {@code enabled}, {@code
   * allowed_addresses}; what isn't there but the roles is nothing, true and from anywhere. What is
   * wrong goes to the form's errors.
   *
   * @param exists whether there is such an account
   */
  public static Rights ofNewUser(Fields form, Predicate<AccountId> exists) {
    return rights(
        form,
        exists,
        form.array("accounts", MAX_ACCOUNTS),
        form.truth("enabled", true),
        form.array("allowed_addresses", MAX_ADDRESSES));
  }

  /**
   * Reads the rights that replace a user's: all of the same fields must be there, because one that
   * was forgotten would let a disabled user in again, or anybody from anywhere.
   *
   * @param exists whether there is such an account
   */
  public static Rights replacing(Fields form, Predicate<AccountId> exists) {
    return rights(
        form,
        exists,
        form.requiredArray("accounts", 0, MAX_ACCOUNTS),
        form.requiredTruth("enabled"),
        form.requiredArray("allowed_addresses", 0, MAX_ADDRESSES));
  }

  private static Rights rights(
      Fields form,
      Predicate<AccountId> exists,
      List<JsonNode> accountTexts,
      Boolean enabled,
      List<JsonNode> addressTexts) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    roles.addAll(
        texts(
            form,
            "roles",
            form.requiredArray("roles", 1, Role.values().length),
            text -> {
              Role role = ROLES.get(text);
              if (role == null) {
                throw new InvalidValueException("role", ROLES.message());
              }
              return role;
            }));
    Set<AccountId> accounts =
        texts(
            form,
            "accounts",
            accountTexts,
            text -> {
              AccountId account = AccountId.parse(text);
              if (!exists.test(account)) {
                throw new InvalidValueException("account", "is no account");
              }
              return account;
            });
    Set<String> addresses = texts(form, "allowed_addresses", addressTexts, AddressList::canonical);
    return new Rights(roles, accounts, Boolean.TRUE.equals(enabled), AddressList.of(addresses));
  }

  private static <T> Set<T> texts(
      Fields form, String name, List<JsonNode> nodes, Function<String, T> type) {
    Set<T> values = new LinkedHashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      String field = name + '[' + i + ']';
      JsonNode node = nodes.get(i);
      if (!node.isTextual()) {
        form.reject(field, "must be a string");
        continue;
      }
      T value = form.errors().make(field, () -> type.apply(node.textValue()));
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }
}
