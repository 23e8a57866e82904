package io.tola.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoansTest {

  @Test
  void whoBorrowsMostIsNamedHoweverManyCameBefore() {
    Loans loans = new Loans("many", 24, 0);
    for (int i = 0; i < 3 * Loans.MAX_SITES; i++) {
      loans.tookFrom(new Site("market", "Early.m" + i));
    }
    Site last = new Site("trading", "Late.often");
    for (int i = 0; i < 50; i++) {
      loans.tookFrom(last);
      loans.tookFrom(new Site("market", "Once.m" + i));
    }
    assertThat(loans.figures(0).sites()).startsWith(last).hasSize(8);
  }

  @Test
  void aNumberThatHasOverflowedWantsItsSiteAsSeldomAsAnyOther() {
    assertThat(Loans.wantsSite(0)).isTrue();
    assertThat(Loans.wantsSite(64)).isTrue();
    assertThat(Loans.wantsSite(65)).isFalse();
    assertThat(Loans.wantsSite(-1)).isFalse();
    assertThat(StatementRecord.wantsSite(-1)).isFalse();
    assertThat(StatementRecord.wantsSite(-1_024)).isTrue();
    assertThat(StatementRecord.wantsRows(-1)).isFalse();
    assertThat(StatementRecord.wantsRows(-64)).isTrue();
  }
}
