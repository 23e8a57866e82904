package io.tola.systemtests.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** What a new user does at the front door: trade, watch the risk, check the trail. */
@ExtendWith({Browser.class, SharedPlatform.class})
class TradingScreenIT {

  private final ChromeDriver driver;
  private final TestPlatform platform;
  private final Api api;
  private final Screen screen;

  TradingScreenIT(ChromeDriver driver, TestPlatform platform) {
    this.driver = driver;
    this.platform = platform;
    api = platform.api();
    screen = new Screen(driver, api.url());
  }

  @BeforeEach
  void emptyLog() {
    driver.manage().window().setSize(Browser.DESK);
    driver.manage().logs().get(LogType.BROWSER);
  }

  /** Whatever a test did: no script failed, nothing was blocked, no other host was asked. */
  @AfterEach
  void nothingWentWrongUnseen() {
    assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        // An answer of 4xx is logged by the browser itself; tests that want one see it on the page.
        .filteredOn(message -> !message.contains("the server responded with a status of 4"))
        .isEmpty();
    @SuppressWarnings("unchecked")
    List<String> elsewhere =
        (List<String>)
            screen.script(
                "return performance.getEntriesByType('resource').map(e => e.name)"
                    + ".filter(name => !name.startsWith(location.origin + '/'))");
    assertThat(elsewhere).isEmpty();
  }

  @AfterEach
  void resume() {
    api.as("risk")
        .post(
            "/api/v1/risk/kill-switch",
            Api.object().put("action", "resume").put("reason", "after the test"))
        .expect(200);
  }

  @Test
  void aWrongPasswordIsSaidAndTheRightOneLetsIn() {
    screen.open().signIn("trader51", "not the password");
    screen.waitUntil("#login-message", "Wrong user name or password");
    screen.signIn("trader51", platform.password());
    screen.waitUntil("#who-name", "trader51");
    screen.signOut();
    assertThat(screen.script("return sessionStorage.getItem('tola.session')")).isNull();
  }

  @Test
  void theMarketIsLabelledSimulatedAndEverySymbolHasAPrice() {
    screen.enter("trader51", platform.password());
    screen.waitUntil("#market-label", "SIMULATED MARKET");
    screen.waitUntil("#market-label", "PAPER TRADING");
    screen.waitUntil("#feed-text", "Live");
    int symbols = api.trader(51).get("/api/v1/symbols").expect(200).items().size();
    assertThat(symbols).isEqualTo(50);
    screen.see("#watch-rows tr:nth-child(50)");
    assertThat(screen.all("#watch-rows tr").size()).isEqualTo(symbols);
    screen.symbol("TCS");
    screen.see("#chart-body svg.candles .candle");
    screen.type("#watch-search", "information tech");
    screen.see("#watch-rows tr[data-symbol=TCS]");
    screen.dontSee("#watch-rows tr[data-symbol=RELIANCE]");
  }

  @Test
  void aTraderBuysRestsALimitSellCancelsItAndTheApiAgrees() {
    Caller trader = api.trader(52);
    screen.enter("trader52", platform.password());
    screen.symbol("RELIANCE");
    screen.type("#ticket-quantity", "10");
    screen.send("FILLED");
    screen.waitUntil("#ticket-outcome", "10 filled at");

    screen.click("#tab-positions");
    screen.waitUntil("#position-rows tr[data-symbol=RELIANCE] [data-cell=quantity]", "10");
    screen.click("#position-rows tr[data-symbol=RELIANCE] .disclose");
    screen.see("#position-rows .details table tbody tr");

    screen.side("SELL");
    screen.choose("#ticket-type", "LIMIT");
    BigDecimal far =
        new BigDecimal(screen.see("#ticket-price").getAttribute("value"))
            .multiply(new BigDecimal("1.03"))
            .setScale(0, java.math.RoundingMode.CEILING);
    screen.type("#ticket-price", far.toPlainString());
    screen.type("#ticket-quantity", "4");
    screen.send("NEW");
    String working = "#order-rows tr[data-order] .chip[data-status=NEW]";
    screen.see(working);
    JsonNode resting = trader.get("/api/v1/orders/history?status=NEW").expect(200).items().get(0);
    assertThat(resting.get("price").decimalValue()).isEqualByComparingTo(far);
    assertThat(resting.get("quantity").asInt()).isEqualTo(4);
    String row = "#order-rows tr[data-order='" + resting.get("order_id").asText() + "']";

    screen.click(row + " .disclose");
    screen.see(row + " + .details table tbody tr");
    screen.click(row + " .cancel");
    screen.see(row + " .chip[data-status=CANCELED]");
    assertThat(trader.order(resting.get("order_id").asText()).expect(200).text("status"))
        .isEqualTo("CANCELED");

    screen.click("#tab-trades");
    screen.waitUntil("#trade-rows tr", "RELIANCE");
    JsonNode summary = trader.get("/api/v1/portfolio/summary").expect(200).json();
    BigDecimal cash = summary.get("available_cash").decimalValue();
    screen.waitUntil("[data-figure=available_cash]", indian(cash));
  }

  @Test
  void aRefusalIsShownWithItsCodeAndReason() {
    screen.enter("trader53", platform.password());
    screen.symbol("TCS");
    screen.side("SELL");
    screen.type("#ticket-quantity", "7");
    screen.send("REJECTED");
    JsonNode stored = api.trader(53).get("/api/v1/orders/history").expect(200).items().get(0);
    assertThat(stored.get("status").asText()).isEqualTo("REJECTED");
    assertThat(screen.text(".reject-code")).isEqualTo(stored.get("reject_code").asText());
    assertThat(screen.text(".reject-reason")).isEqualTo(stored.get("reject_reason").asText());
  }

  @Test
  void aPriceOffTheGridIsSaidAtTheFieldAndNothingIsSent() {
    screen.enter("trader54", platform.password());
    screen.symbol("RELIANCE");
    screen.choose("#ticket-type", "LIMIT");
    screen.type("#ticket-price", "1000.0123");
    screen.click("#ticket-submit");
    screen.waitUntil("#ticket-price-error", "steps of");
    assertThat(screen.see("#ticket-price").getAttribute("aria-invalid")).isEqualTo("true");
    assertThat(api.trader(54).get("/api/v1/orders/history").expect(200).items()).isEmpty();
  }

  @Test
  void anOrderWhoseAnswerIsLostIsSentAgainAndPlacedOnce() {
    screen.enter("trader55", platform.password());
    screen.symbol("ITC");
    // The server does the work, and the answer is lost on its way back.
    screen.script(
        """
        const real = window.fetch;
        window.sent = [];
        window.fetch = async (url, init) => {
          const answer = await real(url, init);
          if (String(url).endsWith('/orders/place')) {
            window.sent.push(JSON.parse(init.body).client_order_id);
            if (window.sent.length === 1) throw new TypeError('lost');
          }
          return answer;
        };""");
    screen.type("#ticket-quantity", "3");
    screen.send("FILLED");
    screen.waitUntil("#ticket-outcome", "nothing was placed twice");
    assertThat(screen.script("return window.sent.length")).isEqualTo(2L);
    assertThat(screen.script("return new Set(window.sent).size")).isEqualTo(1L);
    assertThat(api.trader(55).get("/api/v1/orders/history").expect(200).items()).hasSize(1);
  }

  @Test
  void aTraderTradesWithTheKeyboardAlone() {
    screen.enter("trader56", platform.password());
    screen.see("#watch-rows tr[data-symbol=INFY]");
    screen.see("body").sendKeys("/");
    driver.switchTo().activeElement().sendKeys("infy", Keys.ENTER);
    screen.waitUntil("#chart-title", "INFY");
    driver.switchTo().activeElement().sendKeys("b");
    driver.switchTo().activeElement().sendKeys("2", Keys.ENTER);
    screen.see("#ticket-outcome .outcome-box[data-status=FILLED]");
    JsonNode order = api.trader(56).get("/api/v1/orders/history").expect(200).items().get(0);
    assertThat(order.get("symbol").asText()).isEqualTo("INFY");
    assertThat(order.get("side").asText()).isEqualTo("BUY");
    assertThat(order.get("quantity").asInt()).isEqualTo(2);
  }

  @Test
  void theRiskOfficerHaltsAndResumesAndTheTraderIsToldWhy() {
    String reason = "drill <img src=x onerror=alert(1)>";
    screen.enter("risk", platform.password());
    screen.click("#risk-halt");
    screen.click("#dialog-confirm");
    screen.see("#dialog-reason-error");
    screen.type("#dialog-reason", reason);
    screen.click("#dialog-confirm");
    screen.waitUntil("#risk-state", "Halted");
    screen.waitUntil("#halt-label", reason);
    assertThat(screen.script("return document.querySelectorAll('img[onerror]').length"))
        .isEqualTo(0L);

    screen.enter("trader57", platform.password());
    screen.waitUntil("#halt-label", "Trading is halted");
    screen.symbol("RELIANCE");
    screen.type("#ticket-quantity", "1");
    screen.send("REJECTED");

    screen.enter("risk", platform.password());
    screen.waitUntil("#risk-state", "Halted");
    screen.click("#risk-resume");
    screen.type("#dialog-reason", "drill over");
    screen.click("#dialog-confirm");
    screen.waitUntil("#risk-state", "Trading");
    screen.dontSee("#halt-label");
  }

  @Test
  void theRiskOfficerChangesALimitAndTheApiHasIt() {
    Caller risk = api.as("risk");
    String account = api.trader(58).accountId();
    screen.enter("risk", platform.password());
    screen.type("#risk-search", "trader58");
    screen.click("[data-account=trader58]");
    screen.type("#limit-max_order_value", "0.00001");
    screen.click("#limits-save");
    screen.waitUntil("#limit-max_order_value-error", "at most four decimals");
    screen.type("#limit-max_order_value", "12,345.50");
    screen.click("#limits-save");
    screen.waitUntil("#toasts", "Limits saved");
    assertThat(
            risk.get("/api/v1/risk/limits?account_id=" + account)
                .expect(200)
                .decimal("max_order_value"))
        .isEqualByComparingTo("12345.50");
  }

  @Test
  void theAuditorReadsTheTrailAndFindsItIntact() {
    screen.enter("auditor", platform.password());
    screen.see("#audit-rows tr[data-entry]");
    screen.click("#audit-verify");
    assertThat(screen.see("#audit-result .verdict").getAttribute("data-intact")).isEqualTo("true");
    screen.type("#audit-actor", "nobody at all");
    screen.click("#view-audit form button[type=submit]");
    screen.waitUntil("#view-audit .empty", "No entry matches");
  }

  @Test
  void theOperatorSeesEveryPartReadyAndItsFigures() {
    screen.enter("ops", platform.password());
    screen.waitUntil("[data-probe='health/ready'] span", "UP");
    for (String part : List.of("database", "pipeline", "cache", "broker")) {
      screen.see("#ops-checks [data-check='" + part + "'][data-state=up]");
    }
    screen.see("#ops-metrics tr[data-metric]");
    // Ops may halt; only risk resumes.
    screen.see("#ops-kill-halt");
    screen.dontSee("#ops-kill-resume");
  }

  @Test
  void onAPhoneNothingIsCutOffSideways() {
    screen.enter("trader59", platform.password());
    driver.manage().window().setSize(Browser.PHONE);
    screen.see("#panes-nav");
    for (Map.Entry<String, String> pane :
        Map.of("watch", ".watch", "chart", ".chart", "ticket", "#ticket", "blotter", ".blotter")
            .entrySet()) {
      screen.click("#panes-nav [data-pane=" + pane.getKey() + "]");
      screen.see(pane.getValue());
      assertThat(
              screen.script(
                  "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
          .as(pane.getKey())
          .isEqualTo(true);
    }
  }

  @Test
  void aTokenTheServerNoLongerTakesLeadsToTheSignInCard() {
    screen.enter("trader59", platform.password());
    screen.script(
        """
        const stored = JSON.parse(sessionStorage.getItem('tola.session'));
        stored.token = stored.token.slice(0, -8) + 'AAAAAAAA';
        sessionStorage.setItem('tola.session', JSON.stringify(stored));""");
    driver.navigate().refresh();
    screen.see("#login-form");
    screen.waitUntil("#login-message", "Your session is over");
  }

  /** Facts about the screen's own arithmetic, each next to what a person would expect. */
  @Test
  void rupeesAreGroupedTheIndianWayAndPricesStayOnTheGrid() {
    screen.open();
    Object wrong =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            import('/ui/js/format.js').then((f) => {
              const facts = [
                [f.rupees(1234567), '12,34,567.00'],
                [f.rupees(-100000.5), '\u22121,00,000.50'],
                [f.rupees(null), '\u2013'],
                [f.signed(0), '0.00'],
                [f.signed(12.3), '+12.30'],
                [f.percent(-0.5), '\u22120.50%'],
                [f.plainPrice(2831.4), '2831.40'],
                [f.plainPrice(0.0025), '0.0025'],
                [f.isOnTick(2831.35, 0.05), true],
                [f.isOnTick(2831.36, 0.05), false],
                [f.onTick(2831.37, 0.05), 2831.35],
                [f.onTick(0.01, 0.05), 0.05],
                [f.stepTick(100.05, 0.05, 1), 100.1],
                [f.stepTick(100.07, 0.05, 1), 100.1],
                [f.stepTick(100.07, 0.05, -1), 100.05],
                [f.stepTick(0.05, 0.05, -1), 0.05],
                [f.parseDecimal('12,345.50'), 12345.5],
                [f.parseDecimal('1e5'), null],
                [f.parseDecimal('0.00001'), null],
                [f.parseWhole('1.5'), null],
                [f.parseWhole('-1'), null],
              ];
              done(facts.filter(([is, wanted]) => is !== wanted).map(String));
            }, (e) => done([String(e)]));""");
    assertThat((List<?>) wrong).isEmpty();
  }

  @Test
  void anOrderIdIsMadeWithoutASecureOriginToo() {
    screen.open();
    Object id =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            Object.defineProperty(crypto, 'randomUUID', { value: undefined });
            import('/ui/js/placing.js').then((m) => done(m.newClientOrderId()), (e) => done(String(e)));""");
    assertThat((String) id)
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  /** The amount as the screen writes it: 12,34,567.00. */
  private static String indian(BigDecimal amount) {
    String[] parts = amount.setScale(2).toPlainString().split("\\.");
    String whole = parts[0];
    String tail = whole.length() > 3 ? whole.substring(whole.length() - 3) : whole;
    StringBuilder head = new StringBuilder(whole.substring(0, whole.length() - tail.length()));
    for (int place = head.length() - 2; place > 0; place -= 2) {
      head.insert(place, ',');
    }
    return (head.isEmpty() ? "" : head + ",") + tail + "." + parts[1];
  }
}
