package io.tola.systemtests.platform;

/**
 * Starts one single-node platform for all test classes that ask for it, and stops it after the last.
 * Whatever a class breaks it must see repaired before it ends. Tests take {@link TestPlatform} or
 * {@link Api} as a parameter.
 */
public final class SharedPlatform extends SharedPlatforms {

  public SharedPlatform() {
    super("shared", 1);
  }
}
