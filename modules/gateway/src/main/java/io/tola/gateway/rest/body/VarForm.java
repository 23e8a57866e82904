package io.tola.gateway.rest.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.kernel.AccountId;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarMethod;
import io.tola.risk.api.VarTerms;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Questions about risk as a client writes them. Form only: ranges are the risk module's word. */
public final class VarForm {

  public static final Codes<VarMethod> METHODS = Codes.of(VarMethod.values(), VarMethod::code);
  public static final Codes<CovarianceKind> COVARIANCES =
      Codes.of(CovarianceKind.values(), CovarianceKind::code);

  private static final int MAX_SYMBOL = 32;
  private static final int MAX_POSITIONS = 200;
  private static final int MAX_ACCOUNTS = 100;
  private static final int MAX_DIGITS = 20;

  private VarForm() {}

  /** The fields that say how; {@code done} is the caller's. */
  public static VarTerms terms(Fields form) {
    return new VarTerms(
        form.code("method", METHODS),
        form.code("covariance", COVARIANCES),
        form.decimal("confidence", value -> value),
        form.whole("horizon_days", Long.MIN_VALUE, Long.MAX_VALUE),
        form.whole("window", Long.MIN_VALUE, Long.MAX_VALUE),
        form.decimal("lambda", value -> value),
        form.whole("scenarios", Long.MIN_VALUE, Long.MAX_VALUE),
        form.decimal("degrees_of_freedom", value -> value),
        form.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE));
  }

  /**
   * Whose risk: exactly one of {@code positions} and {@code account_ids}.
   *
   * @return null when something is wrong, which the form's errors say
   */
  public static Subject subject(Fields form) {
    boolean positions = form.present("positions");
    boolean accounts = form.present("account_ids");
    if (positions == accounts) {
      form.reject(
          positions ? "account_ids" : "positions",
          positions ? "can't be there together with positions" : "is required, or account_ids");
    }
    List<Subject.Holding> holdings =
        positions ? holdings(form, form.requiredArray("positions", 1, MAX_POSITIONS)) : List.of();
    List<AccountId> ids =
        accounts ? accounts(form, form.requiredArray("account_ids", 1, MAX_ACCOUNTS)) : List.of();
    if (!form.errors().isEmpty()) {
      return null;
    }
    return positions ? new Subject.Hypothetical(holdings) : new Subject.Book(ids);
  }

  private static List<Subject.Holding> holdings(Fields form, List<JsonNode> nodes) {
    List<Subject.Holding> holdings = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Fields position = Fields.nested(nodes.get(i), "positions[" + i + "].", form.errors());
      if (position == null) {
        continue;
      }
      Symbol symbol = position.requiredValue("symbol", MAX_SYMBOL, Symbol::new);
      Long quantity = position.requiredWhole("quantity", -Quantity.MAX, Quantity.MAX);
      Price price = position.decimal("price", Price::new);
      position.done();
      if (symbol != null && quantity != null) {
        holdings.add(new Subject.Holding(symbol, quantity, price));
      }
    }
    return holdings;
  }

  private static List<AccountId> accounts(Fields form, List<JsonNode> nodes) {
    Set<AccountId> accounts = new TreeSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      String field = "account_ids[" + i + "]";
      if (!nodes.get(i).isTextual()) {
        form.reject(field, "must be a string");
        continue;
      }
      String text = nodes.get(i).textValue();
      AccountId account = form.errors().make(field, () -> AccountId.parse(text));
      if (account != null && !accounts.add(account)) {
        form.reject(field, "is there twice");
      }
    }
    return List.copyOf(accounts);
  }

  /**
   * A decimal in a query.
   *
   * @throws InvalidValueException when it is none
   */
  public static BigDecimal decimal(String text) {
    if (text.length() <= MAX_DIGITS && text.matches("-?[0-9]+(\\.[0-9]+)?")) {
      return new BigDecimal(text);
    }
    throw new InvalidValueException("number", "must be a decimal such as 0.99");
  }

  /**
   * A whole number in a query.
   *
   * @throws InvalidValueException when it is none
   */
  public static Long whole(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new InvalidValueException("number", "must be a whole number");
    }
  }
}
