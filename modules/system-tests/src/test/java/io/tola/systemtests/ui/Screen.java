package io.tola.systemtests.ui;

import java.time.Duration;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The trading screen as a person uses it: what is to be seen is waited for, never slept for. */
final class Screen {

  /** A slow build machine is no failure; these tests don't measure time. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ChromeDriver driver;
  private final String url;

  Screen(ChromeDriver driver, String url) {
    this.driver = driver;
    this.url = url;
  }

  /** Opens the page as somebody who was never here. */
  Screen open() {
    driver.get(url + "/");
    script("sessionStorage.clear()");
    driver.get(url + "/");
    see("#login-form");
    return this;
  }

  Screen signIn(String user, String password) {
    type("#login-username", user);
    type("#login-password", password);
    click("#login-submit");
    return this;
  }

  /** Signs in and waits for the page behind. */
  Screen enter(String user, String password) {
    open().signIn(user, password);
    see("#app");
    waitUntil("#who-name", user);
    return this;
  }

  void signOut() {
    click("#sign-out");
    see("#login-form");
  }

  /** The element once it is visible. */
  WebElement see(String selector) {
    return patiently()
        .withMessage("never seen: " + selector)
        .until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(selector)));
  }

  void dontSee(String selector) {
    patiently()
        .withMessage("still seen: " + selector)
        .until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(selector)));
  }

  String text(String selector) {
    return patiently()
        .ignoring(StaleElementReferenceException.class)
        .until(d -> see(selector).getText());
  }

  /** Waits until the element's text holds the part. */
  void waitUntil(String selector, String part) {
    patiently()
        .withMessage(() -> selector + " never says \"" + part + "\" but " + all(selector))
        .ignoring(StaleElementReferenceException.class)
        .until(
            d ->
                d.findElements(By.cssSelector(selector)).stream()
                    .anyMatch(e -> e.getText().contains(part)));
  }

  void click(String selector) {
    patiently()
        .ignoring(StaleElementReferenceException.class)
        .until(ExpectedConditions.elementToBeClickable(By.cssSelector(selector)))
        .click();
  }

  void type(String selector, String text) {
    WebElement element = see(selector);
    element.sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
  }

  void choose(String selector, String value) {
    new Select(see(selector)).selectByValue(value);
  }

  /** Texts of everything the selector finds, for messages. */
  List<String> all(String selector) {
    return driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
  }

  Object script(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  // The parts of the screen

  /** Chooses a symbol in the market watch, as by its row. */
  void symbol(String symbol) {
    click("#watch-rows tr[data-symbol='" + symbol + "'] .symbol-button");
    waitUntil("#chart-title", symbol);
    patiently().withMessage("no price of " + symbol).until(d -> !text("#ticket-ask b").equals("–"));
  }

  void side(String side) {
    script("document.querySelector(\"#ticket input[name=side][value=" + side + "]\").click()");
  }

  /** Sends what stands in the ticket and waits for its fate. */
  WebElement send(String status) {
    click("#ticket-submit");
    return see("#ticket-outcome .outcome-box[data-status=" + status + "]");
  }

  private WebDriverWait patiently() {
    return new WebDriverWait(driver, PATIENCE);
  }
}
