package io.tola.portfolio.domain.recon;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What a statement may tell of a line, with the names that brokers give it. */
enum Column {
  SYMBOL("symbol", "tradingsymbol"),
  EXCHANGE("exchange"),
  ISIN("isin"),
  PRODUCT("product"),
  SIDE("side", "transaction_type"),
  QUANTITY("quantity"),
  T1_QUANTITY("t1_quantity"),
  COLLATERAL_QUANTITY("collateral_quantity"),
  USED_QUANTITY("used_quantity"),
  AVERAGE_PRICE("average_price"),
  PRICE("price"),
  FEES("fees", "charges"),
  TRADE_ID("trade_id"),
  TRADED_AT("traded_at"),
  FILL_TIMESTAMP("fill_timestamp");

  private static final Map<String, Column> BY_NAME = new HashMap<>();

  static {
    for (Column column : values()) {
      for (String name : column.names) {
        BY_NAME.put(name, column);
      }
    }
  }

  private final String[] names;

  Column(String... names) {
    this.names = names;
  }

  /** The name the documentation uses. */
  String code() {
    return names[0];
  }

  /** The column of that name, in any case; null for one that isn't used. */
  static Column of(String name) {
    return BY_NAME.get(name.strip().toLowerCase(Locale.ROOT));
  }
}
