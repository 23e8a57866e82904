package io.tola.systemtests.architecture.broken.arrowback.trading.application;

import io.tola.systemtests.architecture.broken.arrowback.portfolio.api.Book;

/** Calls a module above its own. */
@SuppressWarnings("all")
public final class CallsUp {

  void call(Book book) {
    book.book();
  }
}
