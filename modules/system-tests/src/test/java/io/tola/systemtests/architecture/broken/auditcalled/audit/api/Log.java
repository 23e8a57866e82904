package io.tola.systemtests.architecture.broken.auditcalled.audit.api;

/** Audit, which nobody but the door may call. */
@SuppressWarnings("all")
public interface Log {

  void log();
}
