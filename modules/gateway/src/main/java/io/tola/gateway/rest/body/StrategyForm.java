package io.tola.gateway.rest.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Interval;
import io.tola.strategy.api.Backtest;
import io.tola.strategy.api.ChangeStrategy;
import io.tola.strategy.api.RunStrategy;
import io.tola.strategy.api.RunStrategy.AutoTrade;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads what strategies are told from bodies and judges its shape: whether every field is there, of its
 * type, and goes with the others. What a strategy makes of it is not this class's business.
 */
public final class StrategyForm {

  private static final Codes<Interval> INTERVALS = Codes.of(Interval.values(), Interval::code);
  private static final Codes<Product> PRODUCTS = Codes.of(Product.values(), Enum::name);
  private static final Money CASH = Money.of("1000000");
  private static final int MAX_PARAMETERS = 50;
  private static final int MAX_RUN = 50;
  private static final int MAX_SET = 500;
  private static final int MAX_SYMBOL = 32;
  private static final int MAX_TIME = 40;
  private static final int UUID_LENGTH = 36;
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private StrategyForm() {}

  /**
   * A whole new set of settings.
   *
   * @throws ProblemException naming every wrong field
   */
  public static ChangeStrategy change(Fields form, String strategy, Caller caller) {
    Fields parameters = form.object("parameters");
    Map<String, Object> values = parameters == null ? Map.of() : parameters.scalars(MAX_PARAMETERS);
    Interval interval = form.requiredCode("interval", INTERVALS);
    List<Symbol> symbols = symbols(form, form.array("symbols", MAX_SET));
    Boolean enabled = form.requiredTruth("enabled");
    Long schedule = form.whole("schedule_seconds", 10, 604_800);
    Long version = form.requiredWhole("version", 0, Long.MAX_VALUE);
    form.done();
    form.errors().throwIfAny();
    return new ChangeStrategy(
        strategy,
        values,
        interval,
        symbols,
        enabled,
        schedule == null ? null : schedule.intValue(),
        version,
        caller.getName());
  }

  /**
   * A wish to hear what a strategy says.
   *
   * @throws ProblemException naming every wrong field; ACCOUNT_NOT_FOUND when the account is not the
   *     caller's
   */
  public static RunStrategy run(Fields form, String strategy, Caller caller) {
    List<Symbol> symbols = symbols(form, form.requiredArray("symbols", 1, MAX_RUN));
    Interval interval = form.code("interval", INTERVALS);
    Instant asOf = form.value("as_of", MAX_TIME, StrategyForm::time);
    Fields trade = form.object("auto_trade");
    AccountId asked =
        trade == null ? null : trade.value("account_id", UUID_LENGTH, AccountId::parse);
    Long quantity = trade == null ? null : trade.requiredWhole("quantity", 1, Quantity.MAX);
    Product product = trade == null ? null : trade.requiredCode("product", PRODUCTS);
    if (trade != null) {
      trade.done();
    }
    form.done();
    form.errors().throwIfAny();
    AutoTrade autoTrade =
        trade == null
            ? null
            : new AutoTrade(account(trade, caller, asked), Quantity.of(quantity), product);
    return new RunStrategy(strategy, symbols, interval, asOf, autoTrade, caller.getName());
  }

  /**
   * A wish to know how a strategy would have done.
   *
   * @throws ProblemException naming every wrong field
   */
  public static Backtest backtest(Fields form, String strategy, Caller caller) {
    Symbol symbol = form.requiredValue("symbol", MAX_SYMBOL, Symbol::new);
    Instant from = form.requiredValue("from", MAX_TIME, StrategyForm::time);
    Instant to = form.requiredValue("to", MAX_TIME, StrategyForm::time);
    Interval interval = form.code("interval", INTERVALS);
    Money cash = form.decimal("initial_cash", Money::new);
    BigDecimal costs = form.decimal("costs_bps", value -> value);
    form.done();
    form.errors().throwIfAny();
    return new Backtest(
        strategy,
        symbol,
        from,
        to,
        interval,
        cash == null ? CASH : cash,
        costs == null ? BigDecimal.ZERO : costs,
        caller.getName());
  }

  private static AccountId account(Fields form, Caller caller, AccountId asked) {
    if (asked == null && caller.onlyAccount() == null && !caller.accounts().isEmpty()) {
      form.reject("account_id", "is required: you have " + caller.accounts().size() + " accounts");
      throw form.errors().problem();
    }
    AccountId account = asked == null ? caller.onlyAccount() : asked;
    if (account == null || !caller.accounts().contains(account)) {
      throw new ProblemException(
          ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account among yours.");
    }
    return account;
  }

  private static List<Symbol> symbols(Fields form, List<JsonNode> nodes) {
    List<Symbol> symbols = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      String field = "symbols[" + i + "]";
      if (!nodes.get(i).isTextual()) {
        form.reject(field, "must be a string");
        continue;
      }
      String text = nodes.get(i).textValue();
      Symbol symbol = form.errors().make(field, () -> new Symbol(text));
      if (symbol != null) {
        symbols.add(symbol);
      }
    }
    return symbols;
  }

  private static Instant time(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
      if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
        throw new InvalidValueException("time", "must be from 1970 to 2200");
      }
      return time;
    } catch (DateTimeException e) {
      throw new InvalidValueException(
          "time", "must be an RFC 3339 time such as 2026-11-21T09:15:00Z");
    }
  }
}
