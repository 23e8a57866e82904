package io.tola.systemtests.architecture.broken.apijdbc.trading.api;

import java.sql.ResultSet;

/** Lets JDBC show through the api. */
@SuppressWarnings("all")
public interface ShowsRows {

  ResultSet rows();
}
