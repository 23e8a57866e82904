package io.tola.market.application;

import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.market.domain.BarBuilder;
import io.tola.market.domain.QuoteBuilder;
import io.tola.market.store.TickFile;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Plays a recorded session in the market's time, faster or slower. All symbols run together; a
 * stretch in which nothing ticks for more than a minute (a night, a lunch break of the recorder) is
 * jumped over. In a recording of bars longer than a minute, a stretch longer than a bar is.
 *
 * <p>The previous close is the last recorded (not simulated) daily close on file before the
 * session, where there is one; otherwise the symbol's first price stands in for it. From the second
 * recorded day on it is the last price of the day before.
 *
 * <p>The four ticks of a bar lie far apart, and whoever trades looks at a quote's age. So the quote
 * of a bar that is under way is said once more every second.
 *
 * <p>The market is open while ticks are left and closed after the last.
 */
final class ReplayFeed implements Feed {

  private static final long QUIET_MILLIS = 60_000;
  private static final long QUIET_DAYS_MILLIS = 3 * 3_600_000;
  private static final long REPEAT_NANOS = 1_000_000_000;
  private static final long IDLE_NANOS = 1_000_000_000;

  private final TickFile file;
  private final double speed;
  private final long fromMillis;
  private final long quietMillis;
  private final Clock clock;
  private final QuoteBuilder[] builders;
  private final long[] tickedMillis;
  private boolean started;
  private long anchorNanos;
  private long repeatedNanos;
  private double anchorMillis;
  private volatile boolean ended;
  private volatile boolean open;
  private volatile long playedMillis;
  private volatile double lagSeconds;
  private volatile long playedTicks;

  ReplayFeed(
      TickFile file, double speed, Instant from, Map<String, Long> recordedCloses, Clock clock) {
    this.file = file;
    this.speed = speed;
    this.fromMillis = from.toEpochMilli();
    this.clock = clock;
    this.quietMillis = quietMillis(file.interval());
    List<Instrument> instruments = file.instruments();
    this.builders = new QuoteBuilder[instruments.size()];
    this.tickedMillis = new long[instruments.size()];
    for (int i = 0; i < builders.length; i++) {
      Instrument instrument = instruments.get(i);
      builders[i] =
          new QuoteBuilder(
              instrument,
              Quote.Source.REPLAY,
              recordedCloses.getOrDefault(instrument.symbol().value(), 0L));
    }
    this.playedMillis = Math.max(fromMillis, file.earliest());
  }

  private static long quietMillis(Interval interval) {
    if (interval == null || interval == Interval.ONE_MINUTE) {
      return QUIET_MILLIS;
    }
    // A day's ticks lie a third of a session apart, and the night must still be longer than that.
    return interval == Interval.ONE_DAY ? QUIET_DAYS_MILLIS : interval.length().toMillis();
  }

  @Override
  public BarBuilder bars() {
    Interval interval = file.interval();
    boolean whole = interval != null && fromMillis <= file.earliest();
    return new BarBuilder(whole, interval == Interval.ONE_DAY);
  }

  @Override
  public long play(long nanoTime, Consumer<Collection<Quote>> round) throws IOException {
    if (!started) {
      started = true;
      skipToStart(round);
      anchorNanos = nanoTime;
      repeatedNanos = nanoTime;
      anchorMillis = Math.max(fromMillis, file.earliest());
      open = true;
    }
    double position = anchorMillis + (nanoTime - anchorNanos) / 1e6 * speed;
    long next = file.nextMillis();
    long since = Math.max(playedMillis, (long) anchorMillis);
    if (next != Long.MAX_VALUE && next > position && next - since > quietMillis) {
      anchorMillis = next;
      anchorNanos = nanoTime;
      position = next;
    }
    while (next <= position) {
      if (next == Long.MAX_VALUE) {
        break;
      }
      round.accept(takeRound(next));
      playedMillis = next;
      long following = file.nextMillis();
      if (following != Long.MAX_VALUE && following - next > quietMillis) {
        break;
      }
      next = following;
    }
    if (file.interval() != null && nanoTime - repeatedNanos >= REPEAT_NANOS) {
      repeatedNanos = nanoTime;
      repeat(position, round);
    }
    // The ticks of a bar lie as far apart as they do; that is no lag.
    double usual = file.interval() == null ? 2 : quietMillis / 1e3;
    lagSeconds = Math.max(0, (position - playedMillis) / 1e3 - usual);
    if (file.nextMillis() == Long.MAX_VALUE) {
      ended = true;
      open = false;
      lagSeconds = 0;
      return IDLE_NANOS;
    }
    return (long) Math.max(0, (file.nextMillis() - position) * 1e6 / speed);
  }

  private void repeat(double position, Consumer<Collection<Quote>> round) {
    List<Quote> quotes = new ArrayList<>();
    for (int i = 0; i < builders.length; i++) {
      if (tickedMillis[i] != 0 && position - tickedMillis[i] < quietMillis) {
        quotes.add(builders[i].again(clock.instant()));
      }
    }
    if (!quotes.isEmpty()) {
      round.accept(quotes);
    }
  }

  /** What came before the start shapes the day's open, high, low and volume, unseen. */
  private void skipToStart(Consumer<Collection<Quote>> round) throws IOException {
    Map<Integer, Quote> last = new LinkedHashMap<>();
    while (file.nextMillis() < fromMillis) {
      TickFile.Tick tick = file.next();
      last.put(tick.instrument(), quote(tick));
    }
    if (!last.isEmpty()) {
      round.accept(last.values());
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread plays; others only read how far it is
  private Collection<Quote> takeRound(long millis) throws IOException {
    Map<Integer, Quote> quotes = new LinkedHashMap<>();
    while (file.nextMillis() == millis) {
      TickFile.Tick tick = file.next();
      quotes.put(tick.instrument(), quote(tick));
      playedTicks++;
    }
    return quotes.values();
  }

  private Quote quote(TickFile.Tick tick) {
    tickedMillis[tick.instrument()] = tick.millis();
    return builders[tick.instrument()].trade(
        tick.price(), tick.volume(), Instant.ofEpochMilli(tick.millis()), clock.instant());
  }

  @Override
  public SessionPhase phase() {
    return open ? SessionPhase.OPEN : SessionPhase.CLOSED;
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public Instant position() {
    return Instant.ofEpochMilli(playedMillis);
  }

  @Override
  public double lagSeconds() {
    return lagSeconds;
  }

  @Override
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("speed", speed);
    figures.put("ended", ended);
    figures.put("played_ticks", playedTicks);
    figures.put("recorded", file.interval() == null ? "ticks" : file.interval().code() + " bars");
    figures.put("recording", file.count().figures());
    figures.put("recording_cut_short", file.count().isCutShort());
    figures.put("not_instruments", new ArrayList<>(file.count().strangers()));
    return figures;
  }

  @Override
  public void close() throws IOException {
    open = false;
    file.close();
  }
}
