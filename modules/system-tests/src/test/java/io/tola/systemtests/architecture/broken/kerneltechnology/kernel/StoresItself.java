package io.tola.systemtests.architecture.broken.kerneltechnology.kernel;

import javax.sql.DataSource;

/** Persistence in the kernel. */
@SuppressWarnings("all")
public final class StoresItself {

  void store(DataSource source) {
    source.toString();
  }
}
