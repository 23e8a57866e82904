package io.tola.audit.application;

/**
 * The trail couldn't be written or read: a fault, not an answer. The transaction it happened in must
 * roll back; its cause is the database's own exception.
 */
public class AuditFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public AuditFault(String message, Throwable cause) {
    super(message, cause);
  }
}
