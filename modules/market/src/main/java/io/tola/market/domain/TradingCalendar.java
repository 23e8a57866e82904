package io.tola.market.domain;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which dates the exchange trades on: Monday to Friday without holidays, and the rare weekend day
 * it opens specially. Immutable.
 */
public final class TradingCalendar {

  private final Set<LocalDate> holidays;
  private final Set<LocalDate> specialDays;
  private final Set<Integer> years;

  public TradingCalendar(Collection<LocalDate> holidays, Collection<LocalDate> specialDays) {
    this.holidays = Set.copyOf(holidays);
    this.specialDays = Set.copyOf(specialDays);
    this.years = this.holidays.stream().map(LocalDate::getYear).collect(Collectors.toSet());
  }

  /** A calendar that knows weekends only. */
  public static TradingCalendar weekdaysOnly() {
    return new TradingCalendar(Set.of(), Set.of());
  }

  public boolean isTradingDay(LocalDate date) {
    if (specialDays.contains(date)) {
      return true;
    }
    DayOfWeek day = date.getDayOfWeek();
    return day != DayOfWeek.SATURDAY && day != DayOfWeek.SUNDAY && !holidays.contains(date);
  }

  /** Whether the year's holidays were entered at all; if not, holidays count as trading days. */
  public boolean knows(int year) {
    return years.contains(year);
  }

  /** The years whose holidays are known, rising. */
  public Set<Integer> years() {
    return new TreeSet<>(years);
  }

  /** The last {@code count} trading days before {@code date}, oldest first. */
  public List<LocalDate> daysBefore(LocalDate date, int count) {
    List<LocalDate> days = new ArrayList<>(count);
    for (LocalDate day = date.minusDays(1); days.size() < count; day = day.minusDays(1)) {
      if (isTradingDay(day)) {
        days.add(day);
      }
    }
    Collections.reverse(days);
    return days;
  }
}
