package io.tola.systemtests.doors;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.io.BufferedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The follower that the site offers for copying, as a reader runs it: a process of its own. */
@ExtendWith(SharedPlatform.class)
class StreamSampleClientIT {

  @Test
  @Timeout(120)
  void theSiteClientHearsEveryUpdateOnceThoughItsConnectionsBreak(TestPlatform platform)
      throws Exception {
    Api api = platform.api();
    Path source = TestPlatform.checkout().resolve("site/clients/stream/OrderFollower.java");
    try (StreamProxy proxy = new StreamProxy(URI.create(api.url()), 0)) {
      Process client =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  source.toAbsolutePath().toString(),
                  proxy.url(),
                  "trader36",
                  platform.password())
              .redirectError(platform.folder().resolve("follower.err").toFile())
              .start();
      try (BufferedReader out = client.inputReader(StandardCharsets.UTF_8)) {
        List<Long> sequences = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
          String id = "ws-site-" + round;
          api.trader(36).placeSurely(market(id, "ITC", "BUY", 1)).expect(201);
          JsonNode update;
          do {
            update = Api.parse(out.readLine());
            sequences.add(update.get("sequence").asLong());
          } while (!update.get("client_order_id").asText().equals(id)
              || !update.get("status").asText().equals("FILLED"));
          proxy.cut();
        }
        assertThat(sequences)
            .isEqualTo(LongStream.rangeClosed(1, sequences.size()).boxed().toList());
      } finally {
        client.destroyForcibly().waitFor();
      }
    }
  }
}
