package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AccountTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private final Account account =
      new Account(
          new AccountId(Ids.next()), true, Money.of("100"), Money.ZERO, Money.ZERO, 0, 0, 41);

  @Test
  void paceStartsAnewWithEachSecond() {
    account.countOrder(NOON);
    account.countOrder(NOON.plusMillis(999));
    assertThat(account.paceCount()).isEqualTo(2);

    account.countOrder(NOON.plusMillis(1_000));
    assertThat(account.paceCount()).isEqualTo(1);
  }

  @Test
  void aClockBehindDoesNotStartTheCountAnew() {
    account.countOrder(NOON);
    account.countOrder(NOON.minusSeconds(3));

    assertThat(account.paceCount()).isEqualTo(2);
    assertThat(account.paceSecond()).isEqualTo(NOON.getEpochSecond());
  }

  @Test
  void reportNumbersContinueWhereTheyStopped() {
    assertThat(account.nextSequence()).isEqualTo(42);
    assertThat(account.nextSequence()).isEqualTo(43);
  }

  @Test
  void moreThanAllCashIsNeverBlocked() {
    assertThatThrownBy(() -> account.move(Money.ZERO, Money.of("100.01"), Money.ZERO))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> account.move(Money.ZERO, Money.of("-0.01"), Money.ZERO))
        .isInstanceOf(IllegalStateException.class);
    assertThat(account.blockedCash()).isEqualTo(Money.ZERO);
  }
}
