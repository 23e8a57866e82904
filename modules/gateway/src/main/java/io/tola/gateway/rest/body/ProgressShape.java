package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;

/** A line of a verification that shows how far it is: entries read, of about so many. */
public record ProgressShape(Progress progress) implements Shape {

  /** How far it is. */
  public record Progress(long entries, long total) {}

  public static ProgressShape of(long entries, long total) {
    return new ProgressShape(new Progress(entries, total));
  }
}
