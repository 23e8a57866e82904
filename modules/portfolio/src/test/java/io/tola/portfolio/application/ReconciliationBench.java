package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.cache.QueryCaches;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.ReconciliationRun;
import io.tola.portfolio.api.StatementFormat;
import io.tola.portfolio.api.StatementKind;
import io.tola.portfolio.api.StatementUpload;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import io.tola.trading.store.TradeStore;
import jakarta.enterprise.inject.Instance;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * How long a statement of 100,000 trades takes: read, compared with as many trades in the database,
 * stored, its breaks opened, committed. {@code -Dtola.test.durable=true} switches fsync on. Not a test: run
 * the main method.
 */
public final class ReconciliationBench {

  private static final int TRADES = 100_000;
  private static final int ROUNDS = 6;

  private ReconciliationBench() {}

  public static void main(String[] arguments) throws SQLException {
    TestDatabase database = TestDatabase.create();
    Instant now = Instant.parse("2026-11-20T12:00:00Z");
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    try (OneTransaction transaction = new OneTransaction(database.appDataSource())) {
      MarketData market = stub(MarketData.class, List.of());
      AccountId account =
          new PortfolioDesk(transaction, clock, market, entries -> {})
              .openAccount("bench", Money.of("1"), "bench")
              .accountId();
      transaction.commit();
      List<Trade> booked = trade(database, account, now.minus(6, ChronoUnit.HOURS));
      ReconciliationSettings settings = new ReconciliationSettings();
      ReconciliationOffice office =
          new ReconciliationOffice(
              transaction,
              clock,
              market,
              feed(transaction),
              entries -> {},
              stub(Instance.class, false),
              settings,
              QueryCaches.none());
      ReconciliationDesk desk =
          new ReconciliationDesk(transaction, clock, office, settings, QueryCaches.none());
      for (String what : List.of("1 % differ", "none is known here")) {
        for (int round = 0; round < ROUNDS; round++) {
          boolean known = what.startsWith("1");
          byte[] csv = statement(booked, known, round);
          byte[] json = json(booked, known, round + ROUNDS);
          for (boolean asCsv : new boolean[] {true, false}) {
            byte[] body = asCsv ? csv : json;
            long start = System.nanoTime();
            ReconciliationRun run =
                desk.upload(
                    new StatementUpload(
                        account,
                        StatementKind.TRADES,
                        asCsv ? StatementFormat.CSV : StatementFormat.JSON,
                        now,
                        "bench"),
                    new ByteArrayInputStream(body));
            transaction.commit();
            System.out.printf(
                Locale.ROOT,
                "%-20s %-4s %6.1f MB  %d lines  %d the same  %d opened  %d cleared  %.2f s%n",
                what,
                asCsv ? "CSV" : "JSON",
                body.length / 1e6,
                run.lines(),
                run.matched(),
                run.opened(),
                run.cleared(),
                (System.nanoTime() - start) / 1e9);
          }
        }
      }
    }
    database.close();
  }

  /** Puts the trades into the tables of trading, as its pipeline would. */
  private static List<Trade> trade(TestDatabase database, AccountId account, Instant from)
      throws SQLException {
    try (Connection c = database.ownerDataSource().getConnection();
        Statement s = c.createStatement()) {
      s.execute(
          """
          INSERT INTO orders (order_id, account_id, seen_at, created_at, updated_at, quantity, cum_qty,
              leaves_qty, version, client_order_id, symbol, side, order_type, product, validity, status,
              entered_by, cum_value)
          SELECT gen_random_uuid(), '%1$s', t, t, t, q, q, 0, 1, 'c' || i, 'S' || i %% 50,
                 CASE i %% 2 WHEN 0 THEN 'BUY' ELSE 'SELL' END, 'MARKET', 'CNC', 'DAY', 'FILLED', 'x',
                 q * (100 + i %% 1000)
            FROM generate_series(1, %2$d) AS i,
                 LATERAL (SELECT 1 + i %% 97 AS q, '%3$s'::timestamptz + i * interval '100 ms' AS t) AS x
          """
              .formatted(account, TRADES, from));
      s.execute(
          """
          INSERT INTO executions (account_id, sequence, exec_id, order_id, transact_time, last_qty, cum_qty,
              leaves_qty, symbol, side, exec_type, ord_status, last_px, cum_value)
          SELECT account_id, row_number() OVER (ORDER BY created_at), gen_random_uuid(), order_id, created_at,
                 quantity, quantity, 0, symbol, side, 'TRADE', 'FILLED', cum_value / quantity, cum_value
            FROM orders
          """);
      s.execute("UPDATE accounts SET event_sequence = " + TRADES);
      s.execute("ANALYZE");
    }
    return feed(database.appDataSource())
        .between(account, Instant.EPOCH, from.plus(1, ChronoUnit.DAYS), TRADES, TRADES);
  }

  /** As trading reads them. */
  private static TradeFeed feed(javax.sql.DataSource dataSource) {
    TradeStore store = new TradeStore(dataSource);
    return new TradeFeed() {
      @Override
      public List<Trade> after(AccountId account, long after, long upTo) {
        return store.after(account, after, upTo);
      }

      @Override
      public List<Trade> between(AccountId account, Instant from, Instant to, long upTo, int most) {
        return store.between(account, from, to, upTo, most);
      }

      @Override
      public Moved moved(
          AccountId account, Symbol symbol, Product product, Instant since, long after, long upTo) {
        return store.moved(account, symbol, product, since, after, upTo);
      }
    };
  }

  private static byte[] statement(List<Trade> booked, boolean known, int round) {
    StringBuilder csv = new StringBuilder("trade_id,symbol,side,quantity,price,traded_at\n");
    for (int i = 0; i < booked.size(); i++) {
      Trade trade = booked.get(i);
      csv.append(known ? trade.execId() : Ids.next())
          .append(',')
          .append(known ? trade.symbol() : "X" + i % 50)
          .append(',')
          .append(trade.side())
          .append(',')
          .append(trade.quantity().value() + (i % 100 == round ? 1 : 0))
          .append(',')
          .append(trade.price())
          .append(',')
          .append(trade.tradedAt())
          .append('\n');
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] json(List<Trade> booked, boolean known, int round) {
    StringBuilder json = new StringBuilder("{\"status\":\"success\",\"data\":[");
    for (int i = 0; i < booked.size(); i++) {
      Trade trade = booked.get(i);
      json.append(i == 0 ? "\n" : ",\n")
          .append("{\"trade_id\":\"")
          .append(known ? trade.execId() : Ids.next())
          .append("\",\"order_id\":\"200000000000000\",\"exchange\":\"NSE\",\"tradingsymbol\":\"")
          .append(known ? trade.symbol() : "X" + i % 50)
          .append("\",\"instrument_token\":779521,\"product\":\"CNC\",\"average_price\":")
          .append(trade.price())
          .append(",\"quantity\":")
          .append(trade.quantity().value() + (i % 100 == round ? 1 : 0))
          .append(",\"transaction_type\":\"")
          .append(trade.side())
          .append("\",\"fill_timestamp\":\"")
          .append(trade.tradedAt())
          .append("\"}");
    }
    return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked")
  private static <T> T stub(Class<T> type, Object answer) {
    return (T)
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> answer);
  }
}
