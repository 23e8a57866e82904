package io.tola.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.Load;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server is killed in mid-load and started again. */
@ExtendWith(SharedPlatform.class)
class CrashIT {

  @Test
  void whatWasAcknowledgedIsThereAndWhatWasNotCanBeSentAgain(TestPlatform platform)
      throws InterruptedException {
    Load load = Load.on(List.of(platform.api()), List.of(29, 30, 31), 9);
    load.start(8);
    Thread.sleep(4_000);

    platform.node().kill();
    load.stop();
    platform.node().start();
    platform.node().awaitReady();

    Api api = platform.api();
    assertThat(load.acknowledged()).isNotEmpty();
    assertThat(load.unexpected()).isEmpty();
    load.everyAcknowledgedOrderIsStored(platform.sql());
    load.retryUnsettled(api);
    assertThat(load.unsettled()).isEmpty();
    assertThat(load.unexpected()).isEmpty();
    load.everyAcknowledgedOrderIsStored(platform.sql());
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(api);
  }
}
