package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.problem.FieldError;
import io.tola.risk.api.History;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarReport;
import io.tola.risk.api.VarTerms;
import io.tola.risk.application.analysis.Holdings.Held;
import io.tola.risk.domain.value.Blocks;
import io.tola.risk.domain.value.Measured;
import io.tola.risk.domain.value.PortfolioRisk;
import io.tola.risk.domain.value.PriceSeries;
import io.tola.risk.domain.value.ReturnTable;
import io.tola.risk.domain.value.Terms;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Works out values at risk. Thread-safe. */
final class VarStudy {

  /** Fewer sessions say nothing about a tail. */
  static final int FEWEST_OBSERVATIONS = 30;

  /** Of large moves in a note. */
  private static final int MOST_NAMED = 5;

  private final Holdings holdings;
  private final PriceHistory history;
  private final Clock clock;
  private final Blocks blocks;

  VarStudy(Holdings holdings, PriceHistory history, Clock clock, Blocks blocks) {
    this.holdings = holdings;
    this.history = history;
    this.clock = clock;
    this.blocks = blocks;
  }

  VarReport report(Subject subject, VarTerms asked) {
    VarTerms filled = TermsForm.filled(asked, TermsForm.DEFAULT_WINDOW);
    Instant now = clock.instant();
    int window = filled.window().intValue();
    List<Held> held = holdings.of(subject, window + 1);
    List<AccountId> accounts = subject instanceof Subject.Book book ? book.accounts() : List.of();
    if (held.isEmpty()) {
      return new VarReport(
          now,
          accounts,
          filled,
          Money.ZERO,
          Money.ZERO,
          Money.ZERO,
          Money.ZERO,
          null,
          null,
          null,
          null,
          List.of(),
          History.NONE,
          List.of("There are no positions, so there is nothing to lose."));
    }
    ReturnTable table = table(held, window);
    requireEnough(held, table);
    Terms terms = TermsForm.terms(filled);
    double[] values = values(held);
    Measured measured = PortfolioRisk.measure(values, table.returns(), terms, true, blocks);
    Money gross = Money.ZERO;
    Money net = Money.ZERO;
    for (Held position : held) {
      Money value = new Money(position.value());
      gross = gross.plus(value.isNegative() ? value.negated() : value);
      net = net.plus(value);
    }
    return new VarReport(
        now,
        accounts,
        filled,
        gross,
        net,
        Rounded.rupees(measured.var()),
        Rounded.rupees(measured.es()),
        Rounded.decimal(measured.var(), 8)
            .multiply(BigDecimal.valueOf(100))
            .divide(gross.value(), 4, RoundingMode.HALF_EVEN),
        Rounded.rupees(measured.varError()),
        Rounded.rupees(measured.esError()),
        measured.rank() < 0 ? null : measured.rank(),
        positions(held, measured.parts()),
        said(held, table),
        notes(filled, terms, held, table, measured));
  }

  ReturnTable table(List<Held> held, int window) {
    List<PriceSeries> series = held.stream().map(Held::series).toList();
    return ReturnTable.of(
        series, history.others(held.stream().map(Held::symbol).toList(), window + 1), window);
  }

  static double[] values(List<Held> held) {
    return held.stream().mapToDouble(position -> position.value().doubleValue()).toArray();
  }

  /** Names the symbols that leave too few sessions, or the window when they do only together. */
  static void requireEnough(List<Held> held, ReturnTable table) {
    int there = table.returns().sessions();
    if (there >= FEWEST_OBSERVATIONS) {
      return;
    }
    List<FieldError> errors = new ArrayList<>();
    for (Held position : held) {
      if (position.series().size() <= FEWEST_OBSERVATIONS) {
        errors.add(
            new FieldError(
                position.field(),
                "has "
                    + position.series().size()
                    + " daily bars, and "
                    + (FEWEST_OBSERVATIONS + 1)
                    + " are needed: "
                    + position.symbol()));
      }
    }
    throw errors.isEmpty()
        ? TermsForm.refused(
            "window",
            "holds "
                + there
                + " sessions in which all symbols traded, and "
                + FEWEST_OBSERVATIONS
                + " are needed")
        : TermsForm.refused(errors);
  }

  private static List<VarReport.Position> positions(List<Held> held, Measured.Parts parts) {
    List<VarReport.Position> positions = new ArrayList<>(held.size());
    for (int i = 0; i < held.size(); i++) {
      Held position = held.get(i);
      positions.add(
          new VarReport.Position(
              position.symbol(),
              position.quantity(),
              position.price(),
              position.source(),
              new Money(position.value()),
              Rounded.rupees(parts.standalone()[i]),
              Rounded.decimal(parts.marginal()[i], 8),
              Rounded.rupees(parts.component()[i]),
              Rounded.rupees(parts.componentEs()[i]),
              Rounded.rupees(parts.incremental()[i])));
    }
    return positions;
  }

  /** What was wrong with the past, symbol by symbol. */
  static History said(List<Held> held, ReturnTable table) {
    List<History.Missing> missing = new ArrayList<>();
    for (int i = 0; i < held.size(); i++) {
      int[] days = table.missing()[i];
      if (days.length > 0) {
        missing.add(
            new History.Missing(
                held.get(i).symbol(),
                days.length,
                LocalDate.ofEpochDay(days[0]),
                LocalDate.ofEpochDay(days[days.length - 1])));
      }
    }
    List<History.Jump> jumps =
        table.jumps().stream()
            .map(
                jump ->
                    new History.Jump(
                        held.get(jump.asset()).symbol(),
                        LocalDate.ofEpochDay(jump.day()),
                        Rounded.decimal(jump.change(), 4),
                        Rounded.decimal(jump.ratio(), 4),
                        jump.large() ? History.Treatment.KEPT : History.Treatment.RECORDED))
            .toList();
    int[] sessions = table.sessions();
    return new History(
        sessions.length,
        sessions.length == 0 ? null : LocalDate.ofEpochDay(sessions[0]),
        sessions.length == 0 ? null : LocalDate.ofEpochDay(sessions[sessions.length - 1]),
        table.leftOut(),
        missing,
        jumps);
  }

  /** Asks for the actions that nobody recorded; nothing when no large move is unexplained. */
  static List<String> unrecorded(List<Held> held, ReturnTable table) {
    List<ReturnTable.Jump> unrecorded =
        table.jumps().stream().filter(jump -> Double.isNaN(jump.ratio())).toList();
    if (unrecorded.isEmpty()) {
      return List.of();
    }
    return List.of(
        unrecorded.stream()
                .limit(MOST_NAMED)
                .map(
                    jump ->
                        held.get(jump.asset()).symbol() + " on " + LocalDate.ofEpochDay(jump.day()))
                .collect(Collectors.joining(", ", "Moved by more than a fifth: ", ""))
            + (unrecorded.size() > MOST_NAMED
                ? " and " + (unrecorded.size() - MOST_NAMED) + " more"
                : "")
            + ". No split or bonus is recorded for it, so it counts as it is; if it was one, record the"
            + " corporate action.");
  }

  private static List<String> notes(
      VarTerms filled, Terms terms, List<Held> held, ReturnTable table, Measured measured) {
    List<String> notes = new ArrayList<>(unrecorded(held, table));
    int sessions = table.returns().sessions();
    if (sessions < filled.window()) {
      notes.add(
          "The window asks for " + filled.window() + " sessions; " + sessions + " could be used.");
    }
    if (!filled.method().byCovariance() && sessions * terms.tail() < 1) {
      notes.add(
          "The tail holds less than one of " + sessions + " sessions: VaR is the worst of them.");
    }
    if (measured.rank() >= 0 && measured.rank() < held.size()) {
      notes.add(
          "The covariance is singular: "
              + measured.rank()
              + " independent sources of risk for "
              + held.size()
              + " positions.");
    }
    if (terms.horizonDays() > 1) {
      notes.add(
          "Figures of one session were multiplied by the square root of "
              + terms.horizonDays()
              + ".");
    }
    return notes;
  }
}
