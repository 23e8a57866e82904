package io.tola.systemtests.architecture.broken.arrowback.portfolio.api;

/** Above trading. */
@SuppressWarnings("all")
public interface Book {

  void book();
}
