package io.tola.performance.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The data source of the role that may make indexes; the application's own may not. Thread-safe.
 */
@ApplicationScoped
public class TrialServer {

  @Resource(lookup = "jdbc/tola-advisor")
  private DataSource advisor;

  /** For the container. */
  public TrialServer() {}

  public TrialServer(DataSource advisor) {
    this.advisor = advisor;
  }

  /**
   * A session that has the trials' lock; empty when another one has it, on whichever node.
   *
   * @param buildSeconds after which a statement is given up
   * @param lockSeconds after which waiting for a lock, or for older transactions, is given up
   */
  public Optional<TrialSession> open(int buildSeconds, int lockSeconds) throws SQLException {
    Connection connection = advisor.getConnection();
    return TrialSession.of(connection, buildSeconds, lockSeconds);
  }
}
