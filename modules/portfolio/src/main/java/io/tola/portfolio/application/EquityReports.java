package io.tola.portfolio.application;

import io.tola.portfolio.api.AccountEquity;
import io.tola.portfolio.api.EquityBook;
import io.tola.portfolio.store.EquityRows;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;

/** Reads what all accounts' equity is made of. */
@Stateless
@Local(EquityBook.class)
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
public class EquityReports implements EquityBook {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Override
  public List<AccountEquity> equities(LocalDate day) {
    return new EquityRows(dataSource).equities(day);
  }
}
