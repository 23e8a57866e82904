package io.tola.systemtests.architecture.broken.domaincache.trading.domain;

import javax.cache.Cache;

/** Keeps a cache in the domain. */
@SuppressWarnings("all")
public final class Caches {

  private Cache<String, String> copies;

  Cache<String, String> copies() {
    return copies;
  }
}
