package io.tola.kernel.problem;

/**
 * Every problem a door can answer with, numbered by family: 1xxx trading, 2xxx risk, 3xxx market,
 * 4xxx portfolio, 5xxx audit, 6xxx security, 7xxx the request's form, 8xxx strategies, 9xxx the
 * platform itself.
 *
 * <p>Numbers are part of the contract: they are never reused. Reject codes of stored orders share
 * the 1xxx and 2xxx families and are listed where orders and controls are.
 */
public enum ProblemCode {
  ORDER_NOT_FOUND(1404, 404, "Order not found"),
  ORDER_NOT_CANCELABLE(1409, 409, "Order can no longer be canceled"),
  CLORDID_REUSED(1410, 409, "client_order_id was used for a different order"),
  ORDER_NOT_REPLACEABLE(1411, 409, "Order can no longer be replaced"),
  TRADING_MODE_CONFLICT(1412, 409, "Trading mode does not allow this"),
  REPLACE_REFUSED(1422, 422, "New terms refused"),
  PIPELINE_FULL(1503, 503, "Order queue is full"),

  LIMITS_INVALID(2422, 422, "Limits contradict each other"),
  RISK_INPUT(2423, 422, "Risk can't be measured like this"),
  TRADING_STATE_CONFLICT(2409, 409, "Trading state does not allow this"),
  LIMIT_RAISE_UNAPPROVED(2410, 409, "A raise needs a second person"),
  GUARD_NOT_FOUND(2404, 404, "Guard not found"),
  RESTRICTION_NOT_FOUND(2405, 404, "Symbol is not restricted"),
  ALGO_NOT_FOUND(2406, 404, "Algorithm is not registered"),
  GUARD_CONFLICT(2411, 409, "Guard can't be re-armed now"),

  UNKNOWN_SYMBOL(3422, 422, "Unknown symbol"),
  NO_QUOTE(3503, 503, "No current quote"),

  ACCOUNT_NOT_FOUND(4404, 404, "Account not found"),
  POSITION_NOT_FOUND(4405, 404, "Position not found"),
  CORPORATE_ACTION_NOT_FOUND(4406, 404, "Corporate action not found"),
  CORPORATE_ACTION_CONFLICT(4409, 409, "Corporate action does not allow this"),
  STATEMENT_NOT_FOUND(4408, 404, "Statement not found"),
  BREAK_NOT_FOUND(4407, 404, "Break not found"),
  BREAK_CONFLICT(4412, 409, "Break has moved on"),
  SECOND_PERSON_REQUIRED(4410, 403, "A second person is required"),
  STATEMENT_OUTDATED(4411, 409, "A younger statement is there"),
  STATEMENT_INVALID(4422, 422, "Statement can't be understood"),
  BREAK_NOT_BOOKABLE(4423, 422, "Books can't follow the statement"),

  AUDIT_ENTRY_NOT_FOUND(5404, 404, "Audit entry not found"),
  AUDIT_LOG_FORKED(5409, 409, "Audit log does not continue its checkpoints"),

  UNAUTHENTICATED(6401, 401, "Authentication required"),
  TOKEN_EXPIRED(6402, 401, "Token has expired"),
  BAD_CREDENTIALS(6403, 401, "Wrong username or password"),
  FORBIDDEN(6404, 403, "Not allowed"),
  ADDRESS_REFUSED(6405, 403, "Not from this address"),
  PASSWORD_CHANGE_NEEDED(6406, 403, "Password must be changed first"),
  SECOND_PERSON_NEEDED(6407, 403, "Another person must decide this"),
  USER_CONFLICT(6409, 409, "User was changed meanwhile"),
  USER_NOT_FOUND(6410, 404, "User not found"),
  USER_EXISTS(6411, 409, "User exists already"),
  LAST_ADMIN(6412, 409, "Nobody would be left to manage users"),
  APPROVAL_NOT_FOUND(6413, 404, "Approval not found"),
  APPROVAL_CLOSED(6414, 409, "Approval is no longer open"),
  PASSWORD_REFUSED(6422, 422, "Password does not meet the rules"),
  TOO_MANY_LOGINS(6429, 429, "Too many attempts"),
  RATE_LIMITED(6430, 429, "Too many requests"),
  LOGIN_LOCKED(6431, 429, "Logins are locked for a time"),

  MALFORMED_JSON(7400, 400, "Malformed JSON"),
  INVALID_FIELD(7401, 400, "Invalid field"),
  UNKNOWN_FIELD(7402, 400, "Unknown field"),
  INVALID_PARAMETER(7403, 400, "Invalid parameter"),
  NOT_FOUND(7404, 404, "Not found"),
  METHOD_NOT_ALLOWED(7405, 405, "Method not allowed"),
  NOT_ACCEPTABLE(7406, 406, "Not acceptable"),
  TOO_LARGE(7413, 413, "Request too large"),
  UNSUPPORTED_MEDIA_TYPE(7415, 415, "Unsupported media type"),

  STRATEGY_NOT_FOUND(8404, 404, "Strategy not found"),
  STRATEGY_CONFLICT(8409, 409, "Strategy was changed meanwhile"),
  STRATEGY_DISABLED(8410, 409, "Strategy is disabled"),
  STRATEGY_INVALID(8422, 422, "Strategy can't be set like this"),
  NOT_ENOUGH_HISTORY(8423, 422, "Not enough history"),
  TOO_MANY_BARS(8424, 422, "Too many bars"),
  SIGNAL_TOO_OLD(8425, 422, "Signal is too old to trade on"),

  RECOMMENDATION_NOT_FOUND(9404, 404, "Recommendation not found"),
  TRIAL_CONFLICT(9409, 409, "Index can't be tried now"),
  TRIALS_OFF(9410, 409, "Trials of indexes are switched off"),
  LOAD_TEST_CONFLICT(9440, 409, "Load test was reported otherwise"),

  INTERNAL(9500, 500, "Internal error"),
  UNAVAILABLE(9503, 503, "Temporarily unavailable"),
  DATABASE_UNAVAILABLE(9504, 503, "Database unavailable");

  private final int number;
  private final int status;
  private final String title;

  ProblemCode(int number, int status, String title) {
    this.number = number;
    this.status = status;
    this.title = title;
  }

  /** The number in the contract. */
  public int number() {
    return number;
  }

  /** The HTTP status a door answers with. */
  public int status() {
    return status;
  }

  /** Short, the same for every occurrence. */
  public String title() {
    return title;
  }
}
