package io.tola.systemtests.architecture.broken.printing.trading.application;

/** Nobody reads a server's console. */
@SuppressWarnings("all")
public final class Prints {

  void say() {
    System.out.println("filled");
  }
}
