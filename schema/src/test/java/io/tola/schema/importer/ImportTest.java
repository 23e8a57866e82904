package io.tola.schema.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.schema.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImportTest {

  private static final String FILLED =
      """
      {"order_id":"o-1","client_order_id":"c-1","account_id":"alice","symbol":"INFY","side":"BUY","order_type":"LIMIT","quantity":10,
       "price":"1500.50","product":"CNC","status":"FILLED","filled_quantity":10,"average_price":1500.25,
       "created_at":"2024-03-01T10:00:00+05:30","updated_at":"2024-03-01T04:30:01Z"}
      """;

  private static final String INSTRUMENT =
      """
      {"symbol":"NEWCO","isin":"INE999Z01019","name":"New Company Ltd.","sector":"Services","tick_size":"0.05","lot_size":1,
       "freeze_quantity":10000,"base_price":100.05,"exchange":"NSE"}
      """;

  private TestDatabase database;
  private ImportRun run;

  @BeforeEach
  void freshDatabase() {
    database = TestDatabase.create();
    run = new ImportRun(database).account("alice", "10000").account("bob", "10000");
  }

  @AfterEach
  void dropIt() {
    database.close();
  }

  private static String line(String json) {
    return json.replace("\n", " ") + "\n";
  }

  @Test
  void instrumentsAndOrdersComeInFromArraysAndLines() {
    run.file("instruments.json", "[" + INSTRUMENT + "]");
    run.file(
        "orders.jsonl", line(FILLED) + line(FILLED.replace("o-1", "o-2").replace("c-1", "c-2")));
    run.file("orders-more.json", "[" + FILLED.replace("o-1", "o-3").replace("c-1", "c-3") + "]");

    ImportRun.Outcome outcome = run.run();

    assertThat(outcome.report()).isEmpty();
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("4 records").doesNotContain("\r");
    assertThat(
            run.one(
                "SELECT name || ' ' || industry || ' ' || source FROM instruments WHERE symbol = 'NEWCO'"))
        .isEqualTo("New Company Ltd. Services import");
    assertThat(
            run.rows(
                "SELECT concat_ws(' ', client_order_id, name, status, quantity, cum_qty, leaves_qty, price, worst_price, cum_value,"
                    + " o.created_at, o.updated_at, entered_by) FROM orders o JOIN accounts USING (account_id) ORDER BY 1"))
        .hasSize(3)
        .first()
        .isEqualTo(
            "c-1 alice FILLED 10 10 0 1500.50 1500.50 15002.50 2024-03-01 04:30:00+00 2024-03-01 04:30:01+00 import");
  }

  @Test
  void anOrderOfTheBrokersShapeKeepsItsNumberAsClientOrderId() {
    run.file(
        "orders.json",
        """
        {"status":"success","data":[
          {"account_id":"ZX1234","placed_by":"ZX1234","order_id":"230301000000017","exchange_order_id":null,"status":"COMPLETE",
           "status_message":null,"order_timestamp":"2023-03-01 09:20:01","exchange_timestamp":"2023-03-01 09:20:00","exchange":"NSE",
           "tradingsymbol":"INFY","order_type":"MARKET","transaction_type":"BUY","validity":"DAY","product":"CNC","quantity":5,
           "price":0,"trigger_price":0,"average_price":1499.9,"filled_quantity":5,"meta":{"iceberg":{"leg":1}},"tag":"my tag","tags":["x"]},
          {"account_id":"ZX1234","order_id":"230301000000018","status":"REJECTED","status_message":"Insufficient funds",
           "order_timestamp":"2023-03-01 09:21:01","exchange_timestamp":null,"exchange":"NSE","tradingsymbol":"INFY","order_type":"LIMIT",
           "transaction_type":"BUY","validity":"DAY","product":"CNC","quantity":5,"price":1400,"trigger_price":0,"average_price":0,
           "filled_quantity":0},
          {"account_id":"ZX1234","order_id":"230301000000019","status":"CANCELLED","order_timestamp":"2023-03-01 09:21:01",
           "exchange":"NSE","tradingsymbol":"INFY","order_type":"SL-M","transaction_type":"SELL","validity":"DAY","product":"MIS","quantity":5,
           "price":0,"trigger_price":1300,"average_price":1299.95,"filled_quantity":2}
        ]}
        """);

    ImportRun.Outcome outcome = run.run("--account-alias", "ZX1234=bob");

    assertThat(outcome.report()).isEmpty();
    assertThat(
            run.rows(
                "SELECT concat_ws(' ', client_order_id, status, price, trigger_price, cum_qty, triggered_at, created_at, reject_code,"
                    + " reject_reason, tag) FROM orders ORDER BY 1"))
        .containsExactly(
            "230301000000017 FILLED 5 2023-03-01 03:50:01+00 my tag",
            "230301000000018 REJECTED 1400 0 2023-03-01 03:51:01+00 1090 Insufficient funds",
            "230301000000019 CANCELED 1300 2 2023-03-01 03:51:01+00 2023-03-01 03:51:01+00");
  }

  @Test
  void runningItTwiceChangesNothingWhateverThePolicy() {
    run.file("instruments.json", "[" + INSTRUMENT + "]");
    run.file("orders.jsonl", line(FILLED));
    run.file("trades.jsonl", trade("t-1", "o-1", 4, "1500") + trade("t-2", "o-1", 6, "1500.40"));
    run.file("positions.jsonl", position("alice", "INFY", 7, "100.123456"));
    run.file("signals.jsonl", signal("s-1"));
    run.file(
        "audit_log.jsonl",
        "{\"id\":5,\"timestamp\":\"2024-01-01 10:00:00\",\"user\":\"x\",\"action\":\"login\"}\n");
    assertThat(run.run().code()).isZero();
    List<String> before = run.everything();

    assertThat(run.run().code()).isZero();
    assertThat(run.everything()).isEqualTo(before);
    assertThat(run.run("--on-conflict", "update").code()).isZero();
    assertThat(run.everything()).isEqualTo(before);
    ImportRun.Outcome failed = run.run("--on-conflict", "fail");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.report()).hasSize(7).allMatch(l -> l.contains("already"));
    assertThat(run.everything()).isEqualTo(before);
  }

  @Test
  void aDryRunWritesNothingAndSaysWhatWouldCome() {
    run.file(
        "orders.jsonl",
        line(FILLED)
            + line(FILLED.replace("INFY", "NOSUCH").replace("o-1", "o-2").replace("c-1", "c-2")));
    run.file("trades.jsonl", trade("t-1", "o-1", 4, "1500"));
    run.file("positions.jsonl", position("alice", "INFY", 7, "100"));
    List<String> before = run.everything();

    ImportRun.Outcome outcome = run.run("--dry-run");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("A dry run: nothing was written.")
        .contains("trades.jsonl: 1 new");
    assertThat(outcome.report())
        .hasSize(1)
        .first()
        .asString()
        .contains("\"record\":2")
        .contains("no instrument NOSUCH");
    assertThat(run.everything()).isEqualTo(before);
  }

  @Test
  void ofAFileThatIsCutOffNothingIsImportedAndTheReportSaysWhere() {
    String two = "[" + FILLED + "," + FILLED.replace("o-1", "o-2").replace("c-1", "c-2");
    run.file("orders-array.json", two);
    run.file("orders-inside.json", two.substring(0, two.length() - 40));
    run.file("orders-lines.jsonl", line(FILLED) + line(FILLED).substring(0, 100));
    run.file("orders-wrapped.json", "{\"status\":\"success\",\"data\":" + two);
    run.file("signals.jsonl", signal("s-1"));

    ImportRun.Outcome outcome = run.run();

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(run.one("SELECT count(*) FROM orders")).isEqualTo("0");
    assertThat(run.one("SELECT count(*) FROM signals")).isEqualTo("1");
    assertThat(outcome.report())
        .satisfiesExactly(
            l ->
                assertThat(l)
                    .contains("orders-array.json")
                    .contains("\"record\":3")
                    .contains("cut off")
                    .contains("line"),
            l ->
                assertThat(l)
                    .contains("orders-inside.json")
                    .contains("\"record\":2")
                    .contains("cut off"),
            l ->
                assertThat(l)
                    .contains("orders-lines.jsonl")
                    .contains("\"record\":2")
                    .contains("cut off in line 2"),
            l ->
                assertThat(l)
                    .contains("orders-wrapped.json")
                    .contains("\"record\":3")
                    .contains("cut off"));
  }

  @Test
  void aLineThatIsNotJsonIsOneBadRecord() {
    run.file(
        "orders.jsonl",
        line(FILLED)
            + "{\"order_id\": oops}\n\n[1]\n"
            + line(FILLED.replace("o-1", "o-2").replace("c-1", "c-2")));
    ImportRun.Outcome outcome = run.run();
    assertThat(outcome.report())
        .satisfiesExactly(
            l -> assertThat(l).contains("\"record\":2").contains("line 2 is not JSON"),
            l -> assertThat(l).contains("\"record\":3").contains("line 4 is not a JSON object"));
    assertThat(run.one("SELECT count(*) FROM orders")).isEqualTo("2");
  }

  @Test
  void inAFileOfLinesTheFirstMayBeTheBadOne() {
    run.file("orders.jsonl", "oops\n" + line(FILLED));
    assertThat(run.run().report()).singleElement().asString().contains("line 1 is not JSON");
    assertThat(run.one("SELECT count(*) FROM orders")).isEqualTo("1");
  }

  @Test
  void whatARuleOfTheDatabaseRefusesIsFoundAmongTheOthers() {
    database.execute(
        "ALTER TABLE trading.orders ADD CONSTRAINT no_thirteens CHECK (quantity <> 13)");
    database.execute(
        "ALTER TABLE trading.executions ADD CONSTRAINT no_sevens CHECK (last_qty <> 7)");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      int quantity = i == 17 || i == 31 ? 13 : 10;
      lines.append(
          line(
              FILLED
                  .replace("o-1", "o-" + i)
                  .replace("c-1", "c-" + i)
                  .replace("\"filled_quantity\":10,", "")
                  .replace("\"quantity\":10", "\"quantity\":" + quantity)));
    }
    run.file("orders.jsonl", lines.toString());
    run.file("trades.jsonl", trade("t-1", "o-1", 7, "1500") + trade("t-2", "o-2", 6, "1500"));
    assertThat(run.run().report())
        .satisfiesExactly(
            l -> assertThat(l).contains("\"record\":18").contains("breaks the rule no_thirteens"),
            l -> assertThat(l).contains("\"record\":32").contains("breaks the rule no_thirteens"),
            l ->
                assertThat(l)
                    .contains("trades.jsonl")
                    .contains("\"record\":0")
                    .contains("no_sevens"));
    assertThat(run.one("SELECT count(*) FROM orders")).isEqualTo("48");
    assertThat(run.one("SELECT count(*) FROM executions")).isEqualTo("0");
  }

  @Test
  void onATerminalABarShowsHowFarReadingIs() {
    StringWriter text = new StringWriter();
    Progress progress = new Progress(new PrintWriter(text), true, 200);
    progress.read("a.json", 100);
    progress.read("a.json", 100);
    progress.say("read a.json");
    assertThat(text.toString())
        .contains("\r[===============               ]  50 %  reading a.json")
        .contains("\r[==============================] 100 %")
        .endsWith("\rread a.json" + System.lineSeparator());
  }

  @Test
  void timestampsWithoutAZoneAreOfTheGivenZone() {
    String at = "\"2024-03-01T10:00:00+05:30\"";
    String[] ways = {
      "\"2024-03-01 10:00:00.5\"",
      "\"2024-03-01T10:00:00.500000+0530\"",
      "\"2024-03-01T04:30:00.5Z\"",
      "1709267400.5",
      "\"1709267400500\""
    };
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ways.length; i++) {
      lines.append(
          line(FILLED.replace("o-1", "o-" + i).replace("c-1", "c-" + i).replace(at, ways[i])));
    }
    run.file("orders.jsonl", lines.toString());
    assertThat(run.run().report()).isEmpty();
    assertThat(run.one("SELECT DISTINCT created_at FROM orders"))
        .isEqualTo("2024-03-01 04:30:00.5+00");

    run.file(
        "orders.jsonl",
        line(FILLED.replace("o-1", "o-9").replace("c-1", "c-9").replace(at, ways[0])));
    assertThat(run.run("--zone", "Europe/London").report()).isEmpty();
    assertThat(run.one("SELECT created_at FROM orders WHERE client_order_id = 'c-9'"))
        .isEqualTo("2024-03-01 10:00:00.5+00");
  }

  @Test
  void everyFaultOfARecordIsSaidInItsOneReason() {
    run.file(
        "orders.jsonl",
        "{\"order_id\":\"x\",\"account_id\":\"nobody\",\"symbol\":\"in fy!\",\"side\":\"HOLD\",\"order_type\":\"LIMIT\",\"quantity\":1.5,"
            + "\"price\":\"NaN\",\"product\":\"MTF\",\"validity\":\"TTL\",\"status\":\"FILLED\",\"average_price\":1,\"exchange\":\"MCX\","
            + "\"created_at\":\"yesterday\"}\n");
    assertThat(run.run().report())
        .singleElement()
        .asString()
        .contains(
            "no account 'nobody'",
            "'in fy!' is not a symbol",
            "'HOLD' is not known",
            "must be a whole number",
            "'NaN' is not a number")
        .contains(
            "'MTF' is not known",
            "'TTL' is not known",
            "'MCX' is not among",
            "'yesterday' is not a timestamp");
  }

  @Test
  void ordersThatContradictThemselvesAreRejected() {
    String[] wrong = {
      FILLED.replace("\"filled_quantity\":10", "\"filled_quantity\":9"),
      FILLED.replace("\"FILLED\"", "\"CANCELED\""),
      FILLED
          .replace("\"FILLED\"", "\"REJECTED\"")
          .replace("\"filled_quantity\":10", "\"filled_quantity\":1"),
      FILLED.replace("\"filled_quantity\":10", "\"filled_quantity\":11"),
      FILLED.replace("\"average_price\":1500.25", "\"average_price\":0"),
      FILLED.replace("\"LIMIT\"", "\"SL\""),
      FILLED.replace("\"product\"", "\"trigger_price\":5,\"product\""),
      FILLED.replace("\"price\":\"1500.50\"", "\"price\":null"),
      FILLED.replace("\"price\":\"1500.50\"", "\"price\":1500.00001"),
      FILLED.replace("2024-03-01T10:00:00+05:30", "2924-03-01T10:00:00+05:30"),
      FILLED.replace("\"c-1\"", "\"c 1\""),
    };
    StringBuilder lines = new StringBuilder();
    for (String order : wrong) {
      lines.append(line(order));
    }
    run.file("orders.jsonl", lines.toString());
    ImportRun.Outcome outcome = run.run();
    assertThat(outcome.report()).hasSize(wrong.length).doesNotHaveDuplicates();
    assertThat(run.one("SELECT count(*) FROM orders")).isEqualTo("0");
  }

  @Test
  void anOrderThatStillWorksIsRejectedAndOfAnOrdersHistoryItsEndCounts() {
    String open =
        FILLED
            .replace("\"FILLED\"", "\"OPEN\"")
            .replace("\"filled_quantity\":10", "\"filled_quantity\":0");
    run.file(
        "order_info.jsonl",
        line(open.replace("OPEN", "PUT ORDER REQ RECEIVED")) + line(open) + line(FILLED));
    run.file("orders.jsonl", line(open.replace("o-1", "o-2").replace("c-1", "c-2")));
    ImportRun.Outcome outcome = run.run();
    assertThat(outcome.report())
        .singleElement()
        .asString()
        .contains("orders.jsonl")
        .contains("still works");
    assertThat(run.rows("SELECT client_order_id FROM orders")).containsExactly("c-1");
  }

  @Test
  void historyThatDiffersIsNotRewritten() {
    run.file("orders.jsonl", line(FILLED));
    run.run();
    List<String> before = run.everything();
    run.file("orders.jsonl", line(FILLED.replace("1500.25", "1400")));
    assertThat(run.run("--on-conflict", "update").report())
        .singleElement()
        .asString()
        .contains("not rewritten");
    run.file("orders.jsonl", line(FILLED.replace("o-1", "o-2")));
    assertThat(run.run("--on-conflict", "update").report())
        .singleElement()
        .asString()
        .contains("not rewritten");
    assertThat(run.run().report()).isEmpty();
    assertThat(run.everything()).isEqualTo(before);
  }

  @Test
  void anInstrumentTakesOverTheFactsThatAreGivenOnlyUnderUpdate() {
    run.file(
        "instruments.jsonl",
        "{\"tradingsymbol\":\"INFY\",\"lot_size\":5,\"tick_size\":0.1,\"last_price\":0.0,\"exchange\":\"NSE\"}\n");
    assertThat(run.run().code()).isZero();
    assertThat(run.one("SELECT lot_size FROM instruments WHERE symbol = 'INFY'")).isEqualTo("1");
    assertThat(run.run("--on-conflict", "update").report()).isEmpty();
    assertThat(
            run.one(
                "SELECT concat_ws(' ', lot_size, tick_size, isin, base_price) FROM instruments WHERE symbol = 'INFY'"))
        .isEqualTo("5 0.1000 INE009A01021 1407.0000");
  }

  @Test
  void anInstrumentWithoutAllFactsOrWithAnothersIsinIsRejected() {
    run.file(
        "instruments.jsonl",
        "{\"symbol\":\"HALF\",\"name\":\"x\"}\n"
            + line(INSTRUMENT.replace("INE999Z01019", "INE009A01021").replace("NEWCO", "CLASH"))
            + line(INSTRUMENT.replace("100.05", "100.03").replace("NEWCO", "ODD"))
            + line(INSTRUMENT)
            + line(INSTRUMENT.replace("NEWCO", "TWIN")));
    assertThat(run.run().report())
        .hasSize(4)
        .anyMatch(
            l ->
                l.contains(
                    "a new instrument needs isin, industry, tick_size, lot_size, freeze_quantity, base_price"))
        .anyMatch(l -> l.contains("belongs to INFY"))
        .anyMatch(l -> l.contains("whole number of ticks"))
        .anyMatch(l -> l.contains("belongs to NEWCO"));
  }

  @Test
  void tradesBecomeReportsNumberedWithTheirAccount() {
    database.execute("UPDATE portfolio.accounts SET event_sequence = 41 WHERE name = 'alice'");
    run.file("orders.jsonl", line(FILLED));
    run.file(
        "trades.jsonl",
        trade("t-2", "o-1", 6, "1500.40").replace("09:20:00", "09:21:00")
            + trade("t-1", "o-1", 4, "1500"));

    assertThat(run.run().report()).isEmpty();

    assertThat(
            run.rows(
                "SELECT concat_ws(' ', sequence, last_qty, last_px, cum_qty, leaves_qty, cum_value, ord_status, symbol, side)"
                    + " FROM executions ORDER BY sequence"))
        .containsExactly(
            "42 4 1500 4 6 6000 PARTIALLY_FILLED INFY BUY",
            "43 6 1500.40 10 0 15002.40 FILLED INFY BUY");
    assertThat(run.one("SELECT event_sequence FROM accounts WHERE name = 'alice'")).isEqualTo("43");
    assertThat(run.one("SELECT count(*) FROM trades")).isEqualTo("2");
  }

  @Test
  void tradesNeedTheirOrderAndStayWithinWhatItFilled() {
    run.file("orders.jsonl", line(FILLED));
    run.file(
        "trades.jsonl",
        trade("t-1", "o-1", 8, "1500")
            + trade("t-2", "o-1", 3, "1500").replace("09:20:00", "09:21:00")
            + trade("t-3", "o-77", 1, "1500")
            + trade("t-4", "o-1", 1, "1500").replace("INFY", "ITC")
            + trade("t-5", "o-1", 0, "1500"));
    assertThat(run.run().report())
        .hasSize(4)
        .anyMatch(
            l ->
                l.contains("\"record\":2")
                    && l.contains("would make 11 shares filled of an order that says 10"))
        .anyMatch(l -> l.contains("\"record\":3") && l.contains("no such order"))
        .anyMatch(l -> l.contains("\"record\":4") && l.contains("another account, symbol or side"))
        .anyMatch(l -> l.contains("\"record\":5") && l.contains("must be from 1"));
    assertThat(run.one("SELECT sum(last_qty) FROM executions")).isEqualTo("8");
  }

  @Test
  void positionsComeInAtTheirCostAndTheBooksStillAddUp() {
    run.file(
        "positions.json",
        """
        {"status":"success","data":{"net":[
          {"tradingsymbol":"INFY","exchange":"NSE","product":"NRML","quantity":7,"multiplier":1,"average_price":100.123456,"realised":-12.5},
          {"tradingsymbol":"ITC","exchange":"NSE","product":"MIS","quantity":0,"multiplier":1,"average_price":0,"realised":30},
          {"tradingsymbol":"CIPLA","exchange":"NSE","product":"MIS","quantity":-3,"multiplier":1,"average_price":1400},
          {"tradingsymbol":"BPCL","exchange":"NSE","product":"CO","quantity":1,"multiplier":1,"average_price":600},
          {"tradingsymbol":"BPCL","exchange":"NSE","product":"NRML","quantity":1,"multiplier":1000,"average_price":600}
        ],"day":[{"tradingsymbol":"INFY","exchange":"NSE","product":"NRML","quantity":99,"average_price":1}]}}
        """);
    run.file(
        "holdings.json",
        "[{\"tradingsymbol\":\"INFY\",\"exchange\":\"NSE\",\"quantity\":3,\"t1_quantity\":2,\"average_price\":801.78125},"
            + "{\"tradingsymbol\":\"ITC\",\"exchange\":\"NSE\",\"quantity\":3,\"t1_quantity\":0}]");

    ImportRun.Outcome outcome = run.run("--account", "alice");

    assertThat(outcome.report())
        .hasSize(4)
        .anyMatch(l -> l.contains("positions.json") && l.contains("short position"))
        .anyMatch(l -> l.contains("'CO' is not known"))
        .anyMatch(l -> l.contains("multiplier"))
        .anyMatch(l -> l.contains("holdings.json") && l.contains("average_price: missing"));
    assertThat(
            run.rows(
                "SELECT concat_ws(' ', symbol, product, quantity, cost, realised_pnl) FROM positions ORDER BY 1"))
        .containsExactly(
            "INFY CNC 5 4008.9062 0.0000",
            "INFY NRML 7 700.8642 -12.5000",
            "ITC MIS 0 0.0000 30.0000");
    assertThat(run.one("SELECT settled_cash FROM accounts WHERE name = 'alice'"))
        .isEqualTo("10000.0000");
    assertSoundBooks();
  }

  @Test
  void aPositionIsReplacedUnderUpdateUnlessOrdersWorkOnIt() {
    run.file("positions.jsonl", position("alice", "INFY", 7, "100.5"));
    run.run();
    run.file("positions.jsonl", position("alice", "INFY", 9, "101.3333333"));
    assertThat(run.run("--on-conflict", "update").report()).isEmpty();
    assertThat(run.one("SELECT concat_ws(' ', quantity, cost) FROM positions"))
        .isEqualTo("9 912.0000");
    assertSoundBooks();

    database.execute("UPDATE portfolio.positions SET open_buy_quantity = 1");
    run.file("positions.jsonl", position("alice", "INFY", 1, "1"));
    assertThat(run.run("--on-conflict", "update").report())
        .singleElement()
        .asString()
        .contains("working orders");
    assertThat(run.one("SELECT quantity FROM positions")).isEqualTo("9");
  }

  @Test
  void aPositionOfASymbolWithoutAnInstrumentIsRejected() {
    run.file("positions.jsonl", position("alice", "NOSUCH", 7, "100"));
    assertThat(run.run("--unknown-symbols").report())
        .singleElement()
        .asString()
        .contains("no instrument NOSUCH");
  }

  @Test
  void signalsComeInAndUnstorableOnesAreRejected() {
    run.file(
        "signals.jsonl",
        signal("s-1")
            + signal("s-2").replace("10:00", "11:00").replace("0.75", "75")
            + signal("s-3").replace("10:00", "12:00").replace("55.2", "1e99999")
            + signal("s-4").replace("10:00", "13:00").replace("rsi", "a\\u0000b"));
    assertThat(run.run().report()).hasSize(3);
    assertThat(
            run.one(
                "SELECT concat_ws(' ', strategy, symbol, interval, bar_start, direction, confidence, close, features, source) FROM signals"))
        .isEqualTo(
            "momentum INFY 5m 2024-01-02 04:30:00+00 BUY 0.750000 1500.5000 {\"rsi\": 55.2} IMPORTED");
  }

  @Test
  void thePredecessorsAuditLogStandsBesideTheTrailAndTheTrailSaysThatItCameIn() {
    run.file(
        "audit_logs.jsonl",
        "{\"id\":1,\"timestamp\":\"2024-01-01T10:00:00Z\",\"user\":\"x\",\"action\":\"login\",\"details\":{\"ip\":\"::1\",\"n\":[1,2.50]}}\n"
            + "{\"timestamp\":\"2024-01-01T10:00:01Z\",\"action\":\"logout\",\"details\":\"by \\\"hand\\\"\"}\n"
            + "{\"timestamp\":\"2024-01-01T10:00:01Z\",\"user\":\"x\"}\n");

    assertThat(run.run().report()).singleElement().asString().contains("action: missing");

    assertThat(
            run.rows(
                "SELECT concat_ws(' ', at, actor, action, detail, file) FROM imported_audit_log ORDER BY at"))
        .containsExactly(
            "2024-01-01 10:00:00+00 x login {\"ip\":\"::1\",\"n\":[1,2.50]} audit_logs.jsonl",
            "2024-01-01 10:00:01+00  logout \"by \\\"hand\\\"\" audit_logs.jsonl");
    assertThat(
            run.one(
                "SELECT concat_ws(' ', actor, action, entity_id, detail::json ->> 'imported', length(detail::json ->> 'sha256')) FROM audit_log"))
        .isEqualTo("import records_imported audit_logs.jsonl 2 64");
    assertThatThrownBy(() -> database.execute("DELETE FROM audit.imported_audit_log"))
        .hasStackTraceContaining("append-only");
  }

  @Test
  void theTrailsEntryHoldsInTheTrailsOwnFormat() {
    run.file("orders.jsonl", line(FILLED));
    run.file("signals \u00e9\u0001.jsonl", signal("s-1"));
    assertThat(run.run().code()).isZero();
    // The query of modules/audit/README.md.
    assertThat(
            run.one(
                "SELECT count(*) FILTER (WHERE hash = sha256('\\x00'::bytea || convert_to("
                    + "'{\"account_id\":' || coalesce(to_json(account_id)::text, 'null') || ',\"action\":' || to_json(action) || ',\"actor\":' || to_json(actor)"
                    + " || ',\"at\":' || (extract(epoch FROM at) * 1000000)::bigint || ',\"entity_id\":' || to_json(entity_id)"
                    + " || ',\"entity_type\":' || to_json(entity_type) || ',\"id\":' || to_json(id) || '}' || E'\\n' || detail, 'UTF8'))) FROM audit_log"))
        .isEqualTo("2");
    // Blocks, by the same README, and the chain's head.
    assertThat(
            run.one(
                "SELECT count(*) FROM audit_blocks b JOIN audit_log l USING (chain, block) WHERE b.merkle_root = l.hash AND b.hash = sha256("
                    + "'\\x02'::bytea || convert_to('{\"block\":' || b.block || ',\"chain\":' || b.chain || ',\"closed_at\":'"
                    + " || (extract(epoch FROM closed_at) * 1000000)::bigint || ',\"entries\":1,\"merkle_root\":\"' || encode(merkle_root, 'hex')"
                    + " || '\",\"prev_hash\":\"' || encode(prev_hash, 'hex') || '\"}', 'UTF8'))"))
        .isEqualTo("2");
    assertThat(run.one("SELECT sum(height) FROM audit_chains")).isEqualTo("2");
  }

  @Test
  void theReportCanBeCsv() {
    run.file("orders.jsonl", line(FILLED.replace("INFY", "NO\\\"PE")));
    assertThat(run.runWith("report.csv").report())
        .containsExactly(
            "file,record,reason", "\"orders.jsonl\",1,\"symbol: 'NO\"\"PE' is not a symbol\"");
  }

  @Test
  void recordsOfNobodyNeedAnAccount() {
    run.file("orders.jsonl", line(FILLED.replace("\"account_id\":\"alice\",", "")));
    assertThat(run.run().report()).singleElement().asString().contains("--account");
    assertThat(run.run("--account", "bob").code()).isZero();
    assertThat(run.one("SELECT name FROM orders JOIN accounts USING (account_id)"))
        .isEqualTo("bob");
  }

  @Test
  void wrongUsageIsTwoAndABrokenDatabaseThree() {
    run.file("orders.jsonl", line(FILLED));
    assertThat(run.run("--on-conflict", "maybe").code()).isEqualTo(2);
    assertThat(run.run("--zone", "Nowhere").code()).isEqualTo(2);
    assertThat(run.run("--account", "nobody").code()).isEqualTo(2);
    assertThat(run.run("--password", "secret").code()).isEqualTo(2);
    List<String> base =
        List.of(
            "import",
            "--data-dir",
            run.folder().toString(),
            "--user",
            "tola_app",
            "--report",
            "/dev/null",
            "--url");
    assertThat(run.execute(null, with(base, run.url() + "&password=test")).code()).isEqualTo(2);
    assertThat(run.execute(null, with(base, "jdbc:postgresql://127.0.0.1:1/none")).code())
        .isEqualTo(3);
    assertThat(
            run.execute(
                    null,
                    List.of("import", "--data-dir", "/nowhere", "--user", "x", "--url", run.url()))
                .code())
        .isEqualTo(2);
    assertThat(run.one("SELECT count(*) FROM orders")).isEqualTo("0");
  }

  @Test
  void aRoleThatMayNotWriteImportsNothing() {
    run.file("orders.jsonl", line(FILLED));
    ImportRun.Outcome outcome = run.run("--user", "tola_read");
    assertThat(outcome.code()).isEqualTo(2);
    Path password = run.folder().resolve("password.txt");
    run.file("password.txt", "test");
    outcome =
        run.execute(
            null,
            List.of(
                "import",
                "--data-dir",
                run.folder().toString(),
                "--user",
                "tola_read",
                "--url",
                run.url(),
                "--password-file",
                password.toString(),
                "--report",
                "/dev/null"));
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("permission denied");
  }

  private void assertSoundBooks() {
    assertThat(
            run.rows(
                "SELECT i::text FROM v_account_integrity i WHERE cash_difference <> 0 OR blocked_difference <> 0 OR lot_quantity_difference <> 0"
                    + " OR lot_cost_difference <> 0 OR open_quantity_difference <> 0 OR open_order_value_difference <> 0"))
        .isEmpty();
  }

  private static List<String> with(List<String> base, String last) {
    return Stream.concat(base.stream(), Stream.of(last)).toList();
  }

  private static String trade(String id, String order, int quantity, String price) {
    return "{\"trade_id\":\"%s\",\"order_id\":\"%s\",\"account_id\":\"alice\",\"tradingsymbol\":\"INFY\",\"transaction_type\":\"BUY\",\"quantity\":%d,\"average_price\":\"%s\",\"fill_timestamp\":\"2024-03-01 09:20:00\"}\n"
        .formatted(id, order, quantity, price);
  }

  private static String position(String account, String symbol, int quantity, String average) {
    return "{\"account\":\"%s\",\"symbol\":\"%s\",\"product\":\"CNC\",\"quantity\":%d,\"avg_price\":\"%s\"}\n"
        .formatted(account, symbol, quantity, average);
  }

  private static String signal(String id) {
    return "{\"id\":\"%s\",\"strategy\":\"momentum\",\"symbol\":\"INFY\",\"timeframe\":\"5minute\",\"timestamp\":\"2024-01-02 10:00\",\"signal\":\"buy\",\"confidence\":0.75,\"price\":1500.5,\"features\":{\"rsi\":55.2}}\n"
        .formatted(id);
  }
}
