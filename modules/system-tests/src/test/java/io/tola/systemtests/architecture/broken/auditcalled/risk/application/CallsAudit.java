package io.tola.systemtests.architecture.broken.auditcalled.risk.application;

import io.tola.systemtests.architecture.broken.auditcalled.audit.api.Log;

/** Calls audit instead of the kernel's port. */
@SuppressWarnings("all")
public final class CallsAudit {

  void call(Log log) {
    log.log();
  }
}
