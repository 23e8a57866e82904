package io.tola.schema.importer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The accounts of this database, and how the files call them. */
final class Accounts {

  private final Map<String, UUID> byName = new HashMap<>();
  private final Set<UUID> ids = new HashSet<>();
  private final Map<String, String> aliases;
  private final String standard;

  private Accounts(Map<String, String> aliases, String standard) {
    this.aliases = aliases;
    this.standard = standard;
  }

  static Accounts read(Connection connection, Settings settings) throws SQLException {
    Accounts accounts = new Accounts(settings.accountAliases(), settings.account());
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT account_id, name FROM portfolio.accounts")) {
      while (rows.next()) {
        UUID id = rows.getObject(1, UUID.class);
        accounts.ids.add(id);
        accounts.byName.put(rows.getString(2), id);
      }
    }
    return accounts;
  }

  /** The account of that id or name, or null. */
  UUID find(String idOrName) {
    UUID id = JsonRecord.asUuid(idOrName);
    return id != null && ids.contains(id) ? id : byName.get(idOrName);
  }

  /** The account a record is of; notes a problem when there is none. */
  UUID of(JsonRecord r) {
    return of(r, true);
  }

  /** The account a record is of; null without a problem when it names none and needn't. */
  UUID of(JsonRecord r, boolean needed) {
    String named = r.text(64, "account_id", "account", "account_name", "client_id", "user_id");
    if (named == null) {
      if (standard != null) {
        return find(standard);
      }
      if (needed) {
        r.problem("account_id", "missing; --account says whose such records are");
      }
      return null;
    }
    UUID id = find(aliases.getOrDefault(named, named));
    if (id == null) {
      r.problem(
          "account_id",
          "no account '" + named + "' here; open it first, or name it with --account-alias");
    }
    return id;
  }
}
