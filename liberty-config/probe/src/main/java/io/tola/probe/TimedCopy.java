package io.tola.probe;

import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.ByteStreamWriter;

/**
 * The driver's COPY, timed from its begin to its end: what the sender needs to make its rows is in
 * the figure. COPY out of the database is not timed; nothing here uses it.
 */
final class TimedCopy extends CopyManager {

  private final Profile profile;
  private final Timing timing;

  TimedCopy(BaseConnection connection, Profile profile, Timing timing) throws SQLException {
    super(connection);
    this.profile = profile;
    this.timing = timing;
  }

  @Override
  public CopyIn copyIn(String sql) throws SQLException {
    StatementRecord statement = timing.starts(sql);
    long since = profile.now();
    try {
      return new Timed(super.copyIn(sql), statement, since);
    } catch (SQLException e) {
      timing.finishes(statement, profile.now() - since, e, -1);
      throw e;
    }
  }

  private final class Timed implements CopyIn {

    private final CopyIn real;
    private final StatementRecord statement;
    private final long since;
    private SQLException failure;
    private boolean told;

    Timed(CopyIn real, StatementRecord statement, long since) {
      this.real = real;
      this.statement = statement;
      this.since = since;
    }

    private void ends(long rows, SQLException thrown) {
      if (told) {
        return;
      }
      told = true;
      long took = profile.now() - since;
      timing.finishes(statement, took, thrown, rows);
    }

    /** What made the sender give up; a COPY that the server ended by it is never ended by the sender. */
    private SQLException failed(SQLException e) {
      failure = e;
      if (!real.isActive()) {
        ends(0, e);
      }
      return e;
    }

    @Override
    public long endCopy() throws SQLException {
      try {
        long rows = real.endCopy();
        ends(rows, null);
        return rows;
      } catch (SQLException e) {
        ends(0, failure == null ? e : failure);
        throw e;
      }
    }

    @Override
    public void cancelCopy() throws SQLException {
      try {
        real.cancelCopy();
      } finally {
        ends(0, failure == null ? new SQLException("canceled", "57014") : failure);
      }
    }

    @Override
    public void writeToCopy(byte[] buffer, int from, int length) throws SQLException {
      try {
        real.writeToCopy(buffer, from, length);
      } catch (SQLException e) {
        throw failed(e);
      }
    }

    @Override
    public void writeToCopy(ByteStreamWriter from) throws SQLException {
      try {
        real.writeToCopy(from);
      } catch (SQLException e) {
        throw failed(e);
      }
    }

    @Override
    public void flushCopy() throws SQLException {
      try {
        real.flushCopy();
      } catch (SQLException e) {
        throw failed(e);
      }
    }

    @Override
    public int getFieldCount() {
      return real.getFieldCount();
    }

    @Override
    public int getFormat() {
      return real.getFormat();
    }

    @Override
    public int getFieldFormat(int field) {
      return real.getFieldFormat(field);
    }

    @Override
    public boolean isActive() {
      return real.isActive();
    }

    @Override
    public long getHandledRowCount() {
      return real.getHandledRowCount();
    }
  }
}
