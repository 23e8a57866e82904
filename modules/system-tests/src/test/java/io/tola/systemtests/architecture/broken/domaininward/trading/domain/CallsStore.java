package io.tola.systemtests.architecture.broken.domaininward.trading.domain;

import io.tola.systemtests.architecture.broken.domaininward.trading.store.Rows;

/** Lets a calculation reach for rows. */
@SuppressWarnings("all")
public final class CallsStore {

  Object rows(Rows rows) {
    return rows.toString();
  }
}
