package io.tola.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Json;
import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a client says. */
sealed interface StreamRequest {

  int MAX_SYMBOLS = 500;
  int MAX_TOKEN = 4_096;

  /** Who it is; again on an open connection, to go on with a newer token. */
  record Authenticate(String token) implements StreamRequest {}

  /**
   * Order updates.
   *
   * @param account null for all of the caller's
   * @param resumeFrom the sequence of the last update known; null to begin with what comes now
   */
  record SubscribeOrders(AccountId account, Long resumeFrom) implements StreamRequest {}

  /** Quotes, the current ones at once. */
  record SubscribeQuotes(List<Symbol> symbols) implements StreamRequest {}

  /**
   * No more order updates.
   *
   * @param account null for all
   */
  record UnsubscribeOrders(AccountId account) implements StreamRequest {}

  /** No more quotes of these. */
  record UnsubscribeQuotes(List<Symbol> symbols) implements StreamRequest {}

  /** Is anybody there? */
  record Ping() implements StreamRequest {}

  /** Not a subscription that exists. */
  record UnknownChannel(String channel) implements StreamRequest {}

  /** The spellings of {@code type}. */
  enum Type {
    AUTHENTICATE,
    SUBSCRIBE,
    UNSUBSCRIBE,
    PING;

    String code() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** {@code type} by its spelling. */
  Codes<Type> TYPES = Codes.of(Type.values(), Type::code);

  /**
   * Reads a message.
   *
   * @throws ProblemException what is wrong with it
   */
  static StreamRequest read(String text) {
    JsonNode json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    Fields form = Fields.of(json);
    Type type = form.requiredCode("type", TYPES);
    StreamRequest request = null;
    if (type != null) {
      request =
          switch (type) {
            case AUTHENTICATE -> new Authenticate(form.requiredText("token", MAX_TOKEN));
            case PING -> new Ping();
            case SUBSCRIBE -> subscription(form, true);
            case UNSUBSCRIBE -> subscription(form, false);
          };
    }
    if (!(request instanceof UnknownChannel)) {
      form.done();
    }
    form.errors().throwIfAny();
    return request;
  }

  private static StreamRequest subscription(Fields form, boolean on) {
    String channel = form.requiredText("channel", 32);
    if (channel == null) {
      return null;
    }
    switch (channel) {
      case "orders" -> {
        AccountId account = form.value("account_id", 36, AccountId::parse);
        return on
            ? new SubscribeOrders(account, form.whole("resume_from", 0, Long.MAX_VALUE))
            : new UnsubscribeOrders(account);
      }
      case "quotes" -> {
        List<Symbol> symbols = new ArrayList<>();
        List<JsonNode> items = form.requiredArray("symbols", 1, MAX_SYMBOLS);
        for (int i = 0; items != null && i < items.size(); i++) {
          try {
            symbols.add(new Symbol(items.get(i).isTextual() ? items.get(i).textValue() : ""));
          } catch (InvalidValueException e) {
            form.reject("symbols[" + i + "]", e.getMessage());
          }
        }
        return on ? new SubscribeQuotes(symbols) : new UnsubscribeQuotes(symbols);
      }
      default -> {
        return new UnknownChannel(channel);
      }
    }
  }
}
