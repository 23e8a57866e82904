package io.tola.gateway.stream;

/** Why the platform closes a stream: the WebSocket close codes of this door. */
enum Goodbye {
  /** The server ends; connect again, to another node. */
  GOING_AWAY(1001),
  /** Only text is spoken here. */
  NOT_TEXT(1003),
  /** A message that is too long. */
  TOO_BIG(1009),
  /** Writing failed; nobody reads this. */
  BROKEN(1011),
  /** The server has too many connections. */
  TRY_LATER(1013),
  /** A message that can't be understood, or an unknown kind of one. */
  MALFORMED(4400),
  /** No token, a wrong one, one that has expired, or rights that changed. */
  UNAUTHENTICATED(4401),
  /** Not the caller's account. */
  FORBIDDEN(4403),
  /** Unknown channel or symbol. */
  UNKNOWN_SUBSCRIPTION(4404),
  /** What was sent wasn't taken for too long. */
  TOO_SLOW(4408),
  /** resume_from is a number the account hasn't reached. */
  AHEAD(4409),
  /** Too many messages, or too many connections of the user. */
  FLOOD(4429);

  private final int code;

  Goodbye(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
