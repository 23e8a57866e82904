package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Symbol;
import io.tola.market.Samples;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.schema.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuoteStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Symbol SBIN = new Symbol("SBIN");

  private final QuoteStore store = new QuoteStore(DATABASE.appDataSource());

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @Test
  void aQuoteReadsBackAsItWasWritten() throws SQLException {
    Quote sbin = Samples.quote("SBIN", "830.05", 7);
    Quote infy = Samples.quote("INFY", "1407", 8);
    store.save(List.of(sbin, infy));

    assertThat(store.load(Quote.Source.SIMULATED)).containsExactlyInAnyOrder(sbin, infy);
    assertThat(store.load(SBIN, Quote.Source.SIMULATED)).contains(sbin);
  }

  @Test
  void anOlderQuoteNeverReplacesANewerOne() throws SQLException {
    Quote newer = Samples.quote("SBIN", "831", 9);
    store.save(List.of(newer));
    store.save(List.of(Samples.quote("SBIN", "830", 8)));

    assertThat(store.load(SBIN, Quote.Source.SIMULATED)).contains(newer);
  }

  @Test
  void feedsDontMix() throws SQLException {
    Quote simulated = Samples.quote("SBIN", "831", 9);
    Quote replayed = Samples.quote("SBIN", "357", 3, Quote.Source.REPLAY, Samples.MORNING);
    store.save(List.of(simulated, replayed));

    assertThat(store.load(SBIN, Quote.Source.REPLAY)).contains(replayed);
    store.clear(Quote.Source.REPLAY);
    assertThat(store.load(SBIN, Quote.Source.REPLAY)).isEmpty();
    assertThat(store.load(SBIN, Quote.Source.SIMULATED)).contains(simulated);
  }

  @Test
  void aQuoteOfAnUnknownSymbolIsAFault() {
    assertThatThrownBy(() -> store.save(List.of(Samples.quote("NOSUCH", "1", 1))))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void theFeedsLastWordIsKept() throws SQLException {
    assertThat(store.loadState()).isEmpty();
    Instant at = Instant.parse("2021-04-28T05:00:00Z");
    store.saveState("replay", SessionPhase.OPEN, null, "a");
    store.saveState("replay", SessionPhase.CLOSED, at, "b");

    QuoteStore.FeedState state = store.loadState().orElseThrow();
    assertThat(state.phase()).isEqualTo(SessionPhase.CLOSED);
    assertThat(state.marketTime()).isEqualTo(at);
    assertThat(state.leader()).isEqualTo("b");
    assertThat(state.age()).isBetween(0L, 60_000L);
  }
}
