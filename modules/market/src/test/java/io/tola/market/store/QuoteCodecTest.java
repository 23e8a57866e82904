package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.market.Samples;
import io.tola.market.api.Quote;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class QuoteCodecTest {

  @Property
  void aQuoteReadsBackAsItWasWritten(
      @ForAll @LongRange(min = 1, max = 9_999_999_999L) long paise,
      @ForAll @LongRange(min = 1) long sequence,
      @ForAll @LongRange(min = 0, max = 4_000_000_000_000_000L) long micros) {
    Quote quote =
        Samples.quote(
            "M&M",
            java.math.BigDecimal.valueOf(paise, 2).toPlainString(),
            sequence,
            Quote.Source.REPLAY,
            Instant.EPOCH.plus(micros, java.time.temporal.ChronoUnit.MICROS));

    assertThat(QuoteCodec.decode(QuoteCodec.encode(quote))).contains(quote);
  }

  @Property
  void otherTextIsNoQuoteAndNoFault(@ForAll String text) {
    assertThat(QuoteCodec.decode(text)).isEmpty();
  }

  @Test
  void aQuoteWithAnUnknownSourceIsLeftToNewerVersions() {
    String text = QuoteCodec.encode(Samples.quote("SBIN", "1", 1)).replace("SIMULATED", "EXCHANGE");
    assertThat(QuoteCodec.decode(text)).isEmpty();
  }
}
