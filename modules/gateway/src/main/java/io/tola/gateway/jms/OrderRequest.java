package io.tola.gateway.jms;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Json;
import io.tola.gateway.rest.body.OrderForm;
import io.tola.gateway.rest.body.ReplaceForm;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.ReplaceOrder;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What a message of the orders' queue asks for: REST's bodies, and where REST has the order's id in
 * the path, a message has {@code order_id} in the body.
 */
sealed interface OrderRequest {

  /** The largest body taken, as at REST's door for one order. */
  int MAX_BODY = 128 * 1024;

  /** Of an id as text. */
  int UUID_LENGTH = 36;

  /** {@code action = place}. */
  record Place(PlaceOrder order) implements OrderRequest {}

  /**
   * {@code action = cancel}.
   *
   * @param account null when the message names none and the caller has several
   */
  record Cancel(UUID orderId, AccountId account, String user) implements OrderRequest {}

  /**
   * {@code action = replace}.
   *
   * @param terms its account is null when the message names none and the caller has several
   */
  record Replace(ReplaceOrder terms) implements OrderRequest {}

  /** The spellings of the message's {@code action}. */
  enum Action {
    PLACE,
    REPLACE,
    CANCEL;

    /** As in the contract and in metrics. */
    String code() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** {@code action} by its spelling. */
  Codes<Action> ACTIONS = Codes.of(Action.values(), Action::code);

  /**
   * Reads a message.
   *
   * @param action the message's property, or null
   * @param caller who sent it, or null when the broker's user is none of ours
   * @throws ProblemException what is wrong with it, all of it at once
   */
  static OrderRequest read(String action, byte[] body, Caller caller) {
    if (caller == null || !caller.has(Role.TRADER)) {
      throw new ProblemException(ProblemCode.FORBIDDEN, "Only traders send orders.");
    }
    Action what = action == null ? null : ACTIONS.get(action);
    if (what == null) {
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          "The message's property action " + ACTIONS.message() + '.',
          List.of(new FieldError("action", ACTIONS.message())));
    }
    if (body.length > MAX_BODY) {
      throw new ProblemException(
          ProblemCode.TOO_LARGE, "The body may have at most " + MAX_BODY + " bytes.");
    }
    JsonNode json = Json.parse(body);
    Fields form = Fields.of(json);
    OrderRequest request =
        switch (what) {
          case PLACE -> place(form, caller);
          case REPLACE -> replace(form, caller);
          case CANCEL -> cancel(form, caller);
        };
    form.errors().throwIfAny();
    return request;
  }

  private static OrderRequest place(Fields form, Caller caller) {
    PlaceOrder order = OrderForm.read(form, caller, null);
    return order == null ? null : new Place(order);
  }

  private static OrderRequest replace(Fields form, Caller caller) {
    UUID orderId = orderId(form);
    AccountId account = form.value("account_id", UUID_LENGTH, AccountId::parse);
    ReplaceOrder terms = ReplaceForm.read(form, orderId, account, null, caller.getName());
    return new Replace(withAccount(terms, account(account, caller)));
  }

  private static UUID orderId(Fields form) {
    return form.requiredValue("order_id", UUID_LENGTH, text -> Ids.parse("order_id", text));
  }

  private static OrderRequest cancel(Fields form, Caller caller) {
    UUID orderId = orderId(form);
    AccountId account = form.value("account_id", UUID_LENGTH, AccountId::parse);
    form.done();
    return form.errors().isEmpty()
        ? new Cancel(orderId, account(account, caller), caller.getName())
        : null;
  }

  /** The same terms for an order of that account. */
  static ReplaceOrder withAccount(ReplaceOrder terms, AccountId account) {
    return new ReplaceOrder(
        terms.orderId(),
        account,
        terms.clOrdId(),
        terms.quantity(),
        terms.price(),
        terms.triggerPrice(),
        terms.user());
  }

  private static AccountId account(AccountId asked, Caller caller) {
    Set<AccountId> own = caller.accounts();
    if (own.isEmpty() || (asked != null && !own.contains(asked))) {
      throw new ProblemException(
          ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account among yours.");
    }
    return asked != null ? asked : caller.onlyAccount();
  }
}
