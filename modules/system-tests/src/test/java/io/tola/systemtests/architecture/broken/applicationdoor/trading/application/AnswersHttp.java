package io.tola.systemtests.architecture.broken.applicationdoor.trading.application;

import jakarta.ws.rs.core.Response;

/** Does a door's work. */
@SuppressWarnings("all")
public final class AnswersHttp {

  Response answer() {
    return Response.ok().build();
  }
}
