package io.tola.systemtests.platform;

/**
 * Starts one platform of two nodes for all test classes that ask for it, and stops it after the last.
 * A class may leave nodes dead: the next one starts what it needs ({@link TestPlatform#startAll}), so
 * that none is started for nobody. Tests take {@link TestPlatform} as a parameter.
 */
public final class SharedPair extends SharedPlatforms {

  public SharedPair() {
    super("cluster", 2);
  }
}
