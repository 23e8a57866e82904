package io.tola.probe;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.ResultSet;

/** A result whose rows are counted as they are read. Used by one thread, as results are. */
final class CountedRows implements InvocationHandler {

  private final ResultSet real;
  private final Timing timing;
  private final StatementRecord statement;
  private long rows;
  private boolean told;

  CountedRows(ResultSet real, Timing timing) {
    this.real = real;
    this.timing = timing;
    this.statement = timing.running();
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    Object result;
    try {
      result = method.invoke(real, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
    String name = method.getName();
    if (name.equals("next")) {
      if (Boolean.TRUE.equals(result)) {
        rows++;
      } else {
        tell();
      }
    } else if (name.equals("close")) {
      tell();
    }
    return result;
  }

  private void tell() {
    if (!told) {
      told = true;
      timing.read(statement, rows);
    }
  }
}
