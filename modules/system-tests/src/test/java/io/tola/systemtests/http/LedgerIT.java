package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.Load;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** After any load the books say exactly what the executions say. */
@ExtendWith(SharedPlatform.class)
class LedgerIT {

  @Test
  void cashSharesAndProfitAreExactAfterARandomConcurrentLoad(TestPlatform platform) {
    Load load = Load.on(List.of(platform.api()), List.of(15, 16, 17, 18), 20_261_121);

    load.run(Duration.ofSeconds(10), 16);

    assertThat(load.acknowledged()).hasSizeGreaterThan(200);
    assertThat(load.unexpected()).isEmpty();
    load.everyAcknowledgedOrderIsStored(platform.sql());
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(platform.api());
  }
}
