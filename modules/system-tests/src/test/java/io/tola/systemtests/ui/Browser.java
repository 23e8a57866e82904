package io.tola.systemtests.ui;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.logging.Level;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * One headless Chromium for all test classes of the JVM, as Debian installs it: browser and driver
 * are named by path, so that nothing looks for one to download. Tests take {@link ChromeDriver} as a
 * parameter. A test that fails leaves {@code target/ui/<test>.png}.
 */
final class Browser implements ExecutionCondition, AfterTestExecutionCallback, ParameterResolver {

  /** CI refuses a log with this in it. */
  static final String SKIP = "SKIPPED-FOR-MISSING-TOOL: chromium";

  static final Dimension DESK = new Dimension(1440, 900);
  static final Dimension PHONE = new Dimension(500, 844);

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Namespace NAMESPACE = Namespace.create(Browser.class);

  /** Closed by JUnit with the root context. */
  private record Holder(ChromeDriver driver) implements ExtensionContext.Store.CloseableResource {
    @Override
    public void close() {
      driver.quit();
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER)) {
      return ConditionEvaluationResult.enabled("there is a browser");
    }
    System.out.println(SKIP + " (apt-get install chromium chromium-driver)");
    return ConditionEvaluationResult.disabled(SKIP);
  }

  private static ChromeDriver driver(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("browser", key -> new Holder(start()), Holder.class)
        .driver();
  }

  private static ChromeDriver start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        // The sandbox wants more rights than a build in a container has; the pages are our own.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=" + DESK.getWidth() + "," + DESK.getHeight());
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    return new ChromeDriver(
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .build(),
        options);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isEmpty()) {
      return;
    }
    Path picture = Path.of("target/ui").resolve(context.getRequiredTestMethod().getName() + ".png");
    try {
      Files.createDirectories(picture.getParent());
      Files.move(
          driver(context).getScreenshotAs(OutputType.FILE).toPath(),
          picture,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ChromeDriver.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return driver(context);
  }
}
