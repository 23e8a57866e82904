package io.tola.gateway.rest.body;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;

/**
 * Reads an order from a body and judges its shape: whether every field is there, of its type, and
 * goes with the others. Whether the order may trade is not this class's business.
 */
public final class OrderForm {

  private static final Codes<Side> SIDES = Codes.of(Side.values(), Enum::name);
  private static final Codes<OrdType> TYPES = Codes.of(OrdType.values(), OrdType::code);
  private static final Codes<Product> PRODUCTS = Codes.of(Product.values(), Enum::name);
  private static final Codes<Validity> VALIDITIES = Codes.of(Validity.values(), Enum::name);
  private static final int MAX_TAG = 32;
  private static final int UUID_LENGTH = 36;

  private OrderForm() {}

  /**
   * Reads one order; errors go into the form's {@code errors()}.
   *
   * @param key the {@code Idempotency-Key} header, checked, or null
   * @return the command, or null when there were errors
   * @throws ProblemException ACCOUNT_NOT_FOUND when the shape is right and the account is not the
   *     caller's
   */
  public static PlaceOrder read(Fields form, Caller caller, ClOrdID key) {
    ClOrdID clOrdId = form.value("client_order_id", ClOrdID.MAX_LENGTH, ClOrdID::new);
    AccountId account = form.value("account_id", UUID_LENGTH, AccountId::parse);
    Symbol symbol = form.requiredValue("symbol", 32, Symbol::new);
    Side side = form.requiredCode("side", SIDES);
    OrdType type = form.requiredCode("order_type", TYPES);
    Long quantity = form.requiredWhole("quantity", 1, Quantity.MAX);
    Price price = form.decimal("price", Price::new);
    Price trigger = form.decimal("trigger_price", Price::new);
    Product product = form.requiredCode("product", PRODUCTS);
    Validity validity = form.code("validity", VALIDITIES);
    String tag = form.text("tag", MAX_TAG);
    form.done();

    clOrdId = keyed(form, clOrdId, key);
    if (type != null) {
      prices(form, type);
    }
    if (type == OrdType.SL && side != null && price != null && trigger != null) {
      limitBeyondTrigger(form, side, price, trigger);
    }
    if (!form.errors().isEmpty()) {
      return null;
    }
    return new PlaceOrder(
        clOrdId,
        account(form, caller, account),
        symbol,
        side,
        type,
        Quantity.of(quantity),
        price,
        trigger,
        product,
        validity == null ? Validity.DAY : validity,
        tag,
        caller.getName());
  }

  static ClOrdID keyed(Fields form, ClOrdID clOrdId, ClOrdID key) {
    if (key == null) {
      if (clOrdId == null && !form.present("client_order_id")) {
        form.reject("client_order_id", "is required, here or as Idempotency-Key header");
      }
      return clOrdId;
    }
    if (clOrdId != null && !clOrdId.equals(key)) {
      form.reject("client_order_id", "differs from the Idempotency-Key header");
    }
    return key;
  }

  private static void prices(Fields form, OrdType type) {
    boolean limited = type == OrdType.LIMIT || type == OrdType.SL;
    boolean triggered = type == OrdType.SL || type == OrdType.SL_M;
    goesWith(form, "price", limited, type);
    goesWith(form, "trigger_price", triggered, type);
  }

  private static void limitBeyondTrigger(Fields form, Side side, Price limit, Price trigger) {
    if (side == Side.BUY && limit.isBelow(trigger)) {
      form.reject("price", "must not be below trigger_price of an SL order to buy");
    } else if (side == Side.SELL && limit.isAbove(trigger)) {
      form.reject("price", "must not be above trigger_price of an SL order to sell");
    }
  }

  private static void goesWith(Fields form, String field, boolean needed, OrdType type) {
    if (form.present(field) != needed) {
      form.reject(field, (needed ? "is required for " : "must be absent for ") + type.code());
    }
  }

  private static AccountId account(Fields form, Caller caller, AccountId asked) {
    if (asked != null) {
      if (!caller.accounts().contains(asked)) {
        throw notFound();
      }
      return asked;
    }
    if (caller.onlyAccount() != null) {
      return caller.onlyAccount();
    }
    if (caller.accounts().isEmpty()) {
      throw notFound();
    }
    form.reject("account_id", "is required: you have " + caller.accounts().size() + " accounts");
    throw form.errors().problem();
  }

  private static ProblemException notFound() {
    return new ProblemException(
        ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account among yours.");
  }
}
