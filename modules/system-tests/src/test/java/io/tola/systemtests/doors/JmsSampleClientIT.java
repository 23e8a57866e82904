package io.tola.systemtests.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client that the site offers for copying, as a reader runs it: a process of its own. */
@ExtendWith(SharedPlatform.class)
class JmsSampleClientIT {

  @Test
  void theSiteClientBuysRestsAndCancels(TestPlatform platform) throws Exception {
    Path source =
        TestPlatform.checkout().resolve("site/clients/jms/OrderClient.java").toAbsolutePath();
    Process client =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                source.toString(),
                "tcp://127.0.0.1:" + platform.broker().port(),
                "trader38",
                platform.password())
            .redirectErrorStream(true)
            .start();
    String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(client.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(client.exitValue()).as(output).isZero();
    assertThat(output)
        .contains("bought: 201")
        .contains("\"status\":\"FILLED\"")
        .contains("resting: 201")
        .contains("replaced: 200")
        .contains("\"quantity\":2")
        .contains("canceled: 200")
        .contains("\"status\":\"CANCELED\"");
  }
}
