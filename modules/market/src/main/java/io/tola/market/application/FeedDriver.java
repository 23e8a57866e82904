package io.tola.market.application;

import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData.QuoteListener;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.market.domain.BarBuilder;
import io.tola.market.domain.MarketTime;
import io.tola.market.domain.SimulatedHistory;
import io.tola.market.domain.SimulatedMarket;
import io.tola.market.store.BarStore;
import io.tola.market.store.FeedLease;
import io.tola.market.store.InstrumentStore;
import io.tola.market.store.QuoteStore;
import io.tola.market.store.QuoteStore.FeedState;
import io.tola.market.store.SharedQuotes;
import io.tola.market.store.TickFile;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.Config;

/**
 * Drives the quotes: on one node of all the feed runs on its own thread; the others follow what it
 * shares.
 *
 * <p>The driving node holds the {@link FeedLease}. Every {@value #SHARE_MILLIS} ms it shares what
 * changed through {@link SharedQuotes}, every {@value #SAVE_MILLIS} ms it saves the last quotes in
 * one statement. A follower refreshes its board at the same pace from the shared cache, or once a
 * second from the database when there is no cache. When the driver dies, PostgreSQL frees the lease
 * and a follower continues: the simulated walk from the last shared quotes, a replay from the last
 * saved position.
 *
 * <p>A recording that can't be played is said once in the log and stays in the status; this node
 * then only follows.
 */
@ApplicationScoped
public class FeedDriver {

  private static final Logger LOG = System.getLogger(FeedDriver.class.getName());

  static final int SHARE_MILLIS = 200;
  static final int SAVE_MILLIS = 1_000;

  /** Quotes that didn't change are shared again this often, well within their time to live. */
  private static final int SHARE_ALL_EVERY = 10;

  /** A follower that heard nothing new for so many rounds, a second, asks the database. */
  private static final int SILENT_ROUNDS = 5;

  private static final Duration REFRESH_EVERY = Duration.ofSeconds(60);
  private static final Duration REOPEN_EVERY = Duration.ofSeconds(30);
  private static final long CANDIDATE_PAUSE_NANOS = Duration.ofMillis(500).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LISTENER_COMPLAINT_NANOS = Duration.ofMinutes(1).toNanos();

  /** A replay whose driver spoke this lately is continued, not begun anew. */
  private static final long CONTINUE_WITHIN_MILLIS = 15_000;

  private static final int MOST_UNSAVED_BARS = 100_000;
  private static final int HISTORY_DAYS = 250;
  private static final int MINUTE_DAYS = 2;
  private static final int HISTORY_RETRY_SECONDS = 5;

  /** Where this node stands. */
  enum Role {
    DRIVER,
    FOLLOWER
  }

  @Resource(lookup = MarketStart.THREADS)
  private ManagedThreadFactory threads;

  @Resource private ManagedScheduledExecutorService timers;
  @Inject private Config config;
  @Inject private Clock clock;
  @Inject private MarketReference reference;
  @Inject private QuoteBoard board;
  @Inject private SharedQuotes shared;
  @Inject private QuoteStore quotes;
  @Inject private BarStore bars;
  @Inject private BarPages pages;
  @Inject private InstrumentStore instruments;
  @Inject private FeedLease lease;

  private final Map<Symbol, Quote> unshared = new ConcurrentHashMap<>();
  private final Map<Symbol, Quote> unsaved = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Bar> unsavedBars = new ConcurrentLinkedQueue<>();
  private final Map<QuoteListener, Long> complaints = new HashMap<>();
  private final List<ScheduledFuture<?>> tasks = new ArrayList<>();

  private volatile FeedSettings settings;
  private volatile String failure;
  private volatile String trouble;
  private volatile Role role = Role.FOLLOWER;
  private volatile Feed feed;
  private volatile boolean stopping;
  private volatile boolean opening;
  private volatile SharedQuotes.State lastHeard;
  private Thread thread;
  private BarBuilder barBuilder = new BarBuilder();
  private int shareRound;
  private int silentRounds;
  private long refreshedNanos;
  private long reopenedNanos;

  /** Reads the settings and sets everything going; called once. */
  public void start() {
    try {
      settings = FeedSettings.read(name -> config.getOptionalValue(name, String.class), nodeName());
    } catch (IllegalArgumentException e) {
      failure = e.getMessage();
      LOG.log(Level.ERROR, "The market feed does not start: {0}", e.getMessage());
      return;
    }
    housekeep();
    tasks.add(timers.schedule(() -> shared.open(settings.cluster()), 0, TimeUnit.MILLISECONDS));
    every(SHARE_MILLIS, this::share);
    every(SAVE_MILLIS, this::save);
    every(1_000, this::housekeep);
    thread = threads.newThread(this::run);
    thread.setName("tola-feed");
    thread.start();
  }

  private void every(long millis, Runnable task) {
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "A market task failed and will run again", e);
          }
        };
    tasks.add(timers.scheduleWithFixedDelay(guarded, millis, millis, TimeUnit.MILLISECONDS));
  }

  /** Stops the feed and gives the lease back. */
  public void stop() {
    stopping = true;
    for (ScheduledFuture<?> task : tasks) {
      task.cancel(false);
    }
    if (thread != null) {
      LockSupport.unpark(thread);
      try {
        thread.join(3_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    shared.close();
  }

  private static String nodeName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "node";
    }
    return host + "-" + ProcessHandle.current().pid();
  }

  // The feed's thread.

  private void run() {
    try {
      while (!stopping) {
        if (!candidate()) {
          LockSupport.parkNanos(CANDIDATE_PAUSE_NANOS);
          continue;
        }
        drive();
      }
    } finally {
      lease.close();
    }
  }

  private boolean candidate() {
    if (failure != null || reference.instruments().isEmpty()) {
      return false;
    }
    try {
      boolean won = lease.tryAcquire();
      trouble = null;
      return won;
    } catch (SQLException e) {
      trouble = "database: " + e.getMessage();
      return false;
    }
  }

  private void drive() {
    boolean said = false;
    try {
      opening = true;
      Feed opened = open();
      opening = false;
      role = Role.DRIVER;
      feed = opened;
      if (settings.feed() == FeedSettings.Kind.SIMULATED) {
        timers.execute(this::writeHistory);
      }
      barBuilder = opened.bars();
      LOG.log(
          Level.INFO,
          "This node drives the market: {0} feed, {1} instruments.",
          settings.feed().code(),
          reference.instruments().size());
      while (!stopping && lease.isHeld()) {
        long due = feed.play(System.nanoTime(), this::round);
        if (feed.hasEnded() && !said) {
          said = true;
          unsavedBars.addAll(barBuilder.close());
          LOG.log(Level.INFO, "The recording has ended; its last quotes stay. {0}", feed.figures());
        }
        LockSupport.parkNanos(Math.min(due, LONGEST_PAUSE_NANOS));
      }
      if (!stopping) {
        LOG.log(Level.WARNING, "This node no longer drives the market: its lease is lost.");
      } else {
        unsavedBars.addAll(barBuilder.drain());
        save();
      }
    } catch (UnusableFeedException e) {
      failure = e.getMessage();
      LOG.log(Level.ERROR, "The market feed does not start: {0}", e.getMessage());
    } catch (IOException | SQLException e) {
      trouble = e.getMessage();
      LOG.log(Level.WARNING, "The market feed stopped and will be tried again: {0}", trouble);
      LockSupport.parkNanos(CANDIDATE_PAUSE_NANOS);
    } catch (RuntimeException e) {
      trouble = e.toString();
      LOG.log(Level.ERROR, "The market feed stopped and will be tried again", e);
      LockSupport.parkNanos(CANDIDATE_PAUSE_NANOS);
    } finally {
      opening = false;
      role = Role.FOLLOWER;
      closeFeed();
      unshared.clear();
      unsaved.clear();
      lease.close();
    }
  }

  private void closeFeed() {
    Feed open = feed;
    feed = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "A replay''s temporary file is left: {0}", e.getMessage());
      }
    }
  }

  /** The recording can't be played: trying again would not help. */
  private static final class UnusableFeedException extends Exception {
    private static final long serialVersionUID = 1L;

    private UnusableFeedException(String message) {
      super(message, null, false, false);
    }
  }

  private Feed open() throws SQLException, UnusableFeedException {
    return settings.feed() == FeedSettings.Kind.SIMULATED ? openSimulated() : openReplay();
  }

  private Feed openSimulated() throws SQLException {
    Map<String, Quote> newest = new HashMap<>();
    List<Quote> known = new ArrayList<>(quotes.load(Quote.Source.SIMULATED));
    known.addAll(shared.quotes(symbols()));
    known.addAll(board.all());
    for (Quote quote : known) {
      if (quote.source() == Quote.Source.SIMULATED) {
        newest.merge(quote.symbol().value(), quote, (a, b) -> a.sequence() >= b.sequence() ? a : b);
      }
    }
    // The last sequence is the step's number after a change of driver: any number that isn't used
    // twice does, and the first start of all must always be the same.
    long step = newest.values().stream().mapToLong(Quote::sequence).max().orElse(0);
    SimulatedMarket market =
        SimulatedMarket.of(
            settings.seed(),
            settings.rate(),
            reference.instruments(),
            instruments.basePrices(),
            newest,
            step);
    return new SimulatedFeed(
        market,
        reference::schedule,
        clock,
        settings.seed(),
        settings.rate(),
        newest.size() == reference.instruments().size());
  }

  private Feed openReplay() throws SQLException, UnusableFeedException {
    // Asked before the file is read, which takes a while and would make the answer look old.
    Optional<FeedState> before = quotes.loadState();
    TickFile file;
    try {
      file = TickFile.open(settings.file(), reference.instruments());
    } catch (IOException | RuntimeException e) {
      throw new UnusableFeedException(
          "the recording can't be played: "
              + (e.getMessage() == null ? e.toString() : e.getMessage()));
    }
    try {
      Instant first = Instant.ofEpochMilli(file.earliest());
      Instant from = settings.from(first);
      boolean continued =
          before.isPresent()
              && before.get().feed().equals(FeedSettings.Kind.REPLAY.code())
              && before.get().age() < CONTINUE_WITHIN_MILLIS
              && before.get().marketTime() != null
              && !before.get().marketTime().isBefore(first)
              && before.get().marketTime().toEpochMilli() <= file.latest();
      if (continued) {
        from = before.get().marketTime();
      } else {
        quotes.clear(Quote.Source.REPLAY);
        board.clear();
      }
      LOG.log(
          Level.INFO,
          "Replaying {0} from {1} (India) at {2} times the market''s pace: {3}",
          settings.file(),
          from.atZone(MarketTime.INDIA).toLocalDateTime(),
          settings.speed(),
          file.count());
      Instant day = MarketTime.startOf(MarketTime.dateOf(first));
      return new ReplayFeed(file, settings.speed(), from, bars.recordedClosesBefore(day), clock);
    } catch (SQLException | RuntimeException e) {
      try {
        file.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** One round of changed quotes, on the feed's thread. */
  private void round(Collection<Quote> changed) {
    if (!lease.isTrusted()) {
      // The process stood still, and another node may drive by now: this round is not the market's.
      return;
    }
    board.putAll(changed);
    board.countTicks(changed.size());
    for (Quote quote : changed) {
      unshared.put(quote.symbol(), quote);
      unsaved.put(quote.symbol(), quote);
    }
    barBuilder.take(changed);
    List<Bar> finished = barBuilder.drain();
    if (!finished.isEmpty()) {
      unsavedBars.addAll(finished);
    }
    for (QuoteListener listener : board.listeners()) {
      try {
        listener.changed(changed);
      } catch (RuntimeException e) {
        complain(listener, e);
      }
    }
  }

  /** A listener that fails must not stop the market, nor fill the log. */
  private void complain(QuoteListener listener, RuntimeException e) {
    long now = System.nanoTime();
    Long last = complaints.get(listener);
    if (last == null || now - last > LISTENER_COMPLAINT_NANOS) {
      complaints.put(listener, now);
      LOG.log(Level.WARNING, "A quote listener failed; others go on", e);
    }
  }

  // Timed tasks.

  private void share() {
    Feed open = feed;
    shareRound++;
    boolean all = shareRound % SHARE_ALL_EVERY == 0;
    if (all) {
      shared.announce(settings.node());
    }
    if (role == Role.DRIVER && open != null) {
      List<Quote> changed = new ArrayList<>();
      if (all) {
        unshared.clear();
        changed.addAll(board.all());
      } else {
        for (Symbol symbol : List.copyOf(unshared.keySet())) {
          Quote quote = unshared.remove(symbol);
          if (quote != null) {
            changed.add(quote);
          }
        }
      }
      shared.publish(changed);
      shared.publishState(
          new SharedQuotes.State(
              settings.feed().code(), open.phase(), settings.node(), clock.instant()));
      return;
    }
    List<Quote> heard = mine(shared.quotes(symbols()));
    if (role == Role.DRIVER) {
      return;
    }
    boolean news = board.isOlderThan(heard);
    board.putAll(heard);
    shared.state().ifPresent(state -> lastHeard = state);
    silentRounds = news ? 0 : silentRounds + 1;
    if (silentRounds >= SILENT_ROUNDS && silentRounds % SILENT_ROUNDS == 0) {
      followDatabase();
    }
  }

  /**
   * A cache that is gone, or that the driver doesn't write to, brings no news; the database is a
   * second behind the driver.
   */
  private void followDatabase() {
    try {
      List<Quote> stored = quotes.load(source());
      if (role != Role.DRIVER) {
        board.putAll(stored);
        quotes
            .loadState()
            .ifPresent(
                state ->
                    lastHeard =
                        new SharedQuotes.State(
                            state.feed(),
                            state.phase(),
                            state.leader(),
                            clock.instant().minusMillis(state.age())));
      }
    } catch (SQLException e) {
      trouble = "database: " + e.getMessage();
    }
  }

  private void save() {
    Feed open = feed;
    if (role != Role.DRIVER || open == null) {
      return;
    }
    List<Quote> changed = new ArrayList<>();
    for (Symbol symbol : List.copyOf(unsaved.keySet())) {
      Quote quote = unsaved.remove(symbol);
      if (quote != null) {
        changed.add(quote);
      }
    }
    List<Bar> finished = new ArrayList<>();
    for (Bar bar = unsavedBars.poll(); bar != null; bar = unsavedBars.poll()) {
      finished.add(bar);
    }
    try {
      quotes.save(changed);
      quotes.saveState(settings.feed().code(), open.phase(), open.position(), settings.node());
      saveBars(finished);
      trouble = null;
    } catch (SQLException e) {
      trouble = "database: " + e.getMessage();
      for (Quote quote : changed) {
        unsaved.putIfAbsent(quote.symbol(), quote);
      }
      if (unsavedBars.size() + finished.size() <= MOST_UNSAVED_BARS) {
        unsavedBars.addAll(finished);
      }
    }
  }

  private void saveBars(List<Bar> finished) throws SQLException {
    // One statement can't touch a row twice; a jump in a replay may finish a minute again.
    Map<List<Object>, Bar> last = new LinkedHashMap<>();
    for (Bar bar : finished) {
      last.put(List.of(bar.symbol(), bar.interval(), bar.start()), bar);
    }
    if (!last.isEmpty()) {
      bars.save(List.copyOf(last.values()), barSource());
      pages.written(last.values().stream().map(Bar::start).min(Instant::compareTo).orElse(null));
    }
  }

  private void housekeep() {
    long now = System.nanoTime();
    if (opening) {
      // Reading a long recording takes the feed's thread longer than the lease lives in silence.
      lease.isHeld();
    }
    if (reference.instruments().isEmpty() || now - refreshedNanos > REFRESH_EVERY.toNanos()) {
      try {
        reference.refresh(settings);
        refreshedNanos = now;
      } catch (SQLException e) {
        trouble = "database: " + e.getMessage();
      }
    }
    if (shared.health() != null && now - reopenedNanos > REOPEN_EVERY.toNanos()) {
      reopenedNanos = now;
      shared.reopen();
    }
    shared.probe();
  }

  /**
   * The made-up past of a fresh installation, a statement a symbol. Only the driver writes it; what
   * fails is tried again and what is there stays.
   */
  private void writeHistory() {
    int written = 0;
    try {
      Set<String> done = bars.symbolsWithDailyBars();
      List<LocalDate> days =
          reference.calendar().daysBefore(MarketTime.dateOf(clock.instant()), HISTORY_DAYS);
      Map<String, Long> closes = instruments.basePrices();
      for (Instrument instrument : reference.instruments()) {
        if (stopping || role != Role.DRIVER) {
          return;
        }
        if (!done.contains(instrument.symbol().value())) {
          bars.fill(past(instrument, days, closes.get(instrument.symbol().value())));
          written++;
        }
      }
    } catch (SQLException | RuntimeException e) {
      trouble = "the simulated past is not complete: " + e.getMessage();
      timers.schedule(this::writeHistory, HISTORY_RETRY_SECONDS, TimeUnit.SECONDS);
    }
    if (written > 0) {
      pages.written(null);
      LOG.log(
          Level.INFO,
          "Wrote the simulated past of {0} symbols: {1} days, the last {2} by the minute.",
          written,
          HISTORY_DAYS,
          MINUTE_DAYS);
    }
  }

  private List<Bar> past(Instrument instrument, List<LocalDate> days, long lastClose) {
    List<Bar> daily = SimulatedHistory.daily(settings.seed(), instrument, days, lastClose);
    List<Bar> all = new ArrayList<>(daily);
    for (Bar day : daily.subList(daily.size() - MINUTE_DAYS, daily.size())) {
      all.addAll(SimulatedHistory.minutes(settings.seed(), instrument, day));
    }
    return all;
  }

  // For the facade, readiness and metrics.

  public List<Symbol> symbols() {
    List<Symbol> symbols = new ArrayList<>();
    for (Instrument instrument : reference.instruments()) {
      symbols.add(instrument.symbol());
    }
    return symbols;
  }

  /** Asks the shared cache and then the database for one symbol's quote. */
  public Optional<Quote> lookUp(Symbol symbol) {
    Optional<Quote> there = shared.quote(symbol).filter(quote -> quote.source() == source());
    if (there.isPresent()) {
      return there;
    }
    try {
      Optional<Quote> stored = quotes.load(symbol, source());
      stored.ifPresent(quote -> shared.publish(List.of(quote)));
      return stored;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Quote> mine(List<Quote> all) {
    Quote.Source source = source();
    return all.stream().filter(quote -> quote.source() == source).toList();
  }

  private Quote.Source source() {
    FeedSettings known = settings;
    return known != null && known.feed() == FeedSettings.Kind.REPLAY
        ? Quote.Source.REPLAY
        : Quote.Source.SIMULATED;
  }

  private BarStore.Source barSource() {
    return source() == Quote.Source.REPLAY ? BarStore.Source.REPLAY : BarStore.Source.SIMULATED;
  }

  /** Null when the settings can't be used. */
  public FeedSettings settings() {
    return settings;
  }

  public Role role() {
    return role;
  }

  /** Why this node can't drive at all, or null. */
  public String failure() {
    return failure;
  }

  /** What went wrong lately and is being tried again, or null. */
  public String trouble() {
    return trouble;
  }

  /** Null on a follower. */
  public Feed feed() {
    return feed;
  }

  /** What a follower last heard of the feed, or null. */
  public SharedQuotes.State lastHeard() {
    return lastHeard;
  }

  public SessionPhase phase() {
    FeedSettings known = settings;
    if (known == null) {
      return SessionPhase.CLOSED;
    }
    if (known.feed() == FeedSettings.Kind.SIMULATED) {
      return reference.schedule().phaseAt(clock.instant());
    }
    Feed open = feed;
    if (open != null) {
      return open.phase();
    }
    SharedQuotes.State heard = lastHeard;
    boolean current =
        heard != null
            && heard.feed().equals(known.feed().code())
            && heard.saidAt().plus(SharedQuotes.TTL).isAfter(clock.instant());
    return current ? heard.phase() : SessionPhase.CLOSED;
  }
}
