package io.tola.systemtests.architecture.broken.sound.kernel;

/** A value every module may use. */
@SuppressWarnings("all")
public final class Word {

  /** Ours. */
  public static String text() {
    return "word";
  }
}
