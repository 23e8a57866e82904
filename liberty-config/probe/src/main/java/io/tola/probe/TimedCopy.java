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
    timing.begins(sql);
    return new Timed(super.copyIn(sql), timing.running(), profile.now());
  }

  private final class Timed implements CopyIn {

    private final CopyIn real;
    private final StatementRecord statement;
    private final long since;
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

    @Override
    public long endCopy() throws SQLException {
      try {
        long rows = real.endCopy();
        ends(rows, null);
        return rows;
      } catch (SQLException e) {
        ends(0, e);
        throw e;
      }
    }

    @Override
    public void cancelCopy() throws SQLException {
      ends(0, new SQLException("canceled", "57014"));
      real.cancelCopy();
    }

    @Override
    public void writeToCopy(byte[] buffer, int from, int length) throws SQLException {
      real.writeToCopy(buffer, from, length);
    }

    @Override
    public void writeToCopy(ByteStreamWriter from) throws SQLException {
      real.writeToCopy(from);
    }

    @Override
    public void flushCopy() throws SQLException {
      real.flushCopy();
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
