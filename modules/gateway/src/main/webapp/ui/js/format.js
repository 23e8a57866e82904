/**
 * How numbers, times and words are written, and exact arithmetic on the tick grid. Rupees are
 * grouped the Indian way (12,34,567.00).
 */

const MINUS = '\u2212';
const DASH = '\u2013';

const money = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fine = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
const whole = new Intl.NumberFormat('en-IN', { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit',
});
const dayOnly = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });
const hourMinute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

const absent = (value) => value === null || value === undefined || Number.isNaN(Number(value));
const minus = (text) => text.replace('-', MINUS);

/** An amount of rupees with paise. */
export const rupees = (value) => (absent(value) ? DASH : minus(money.format(value)));

/** A price: two decimals, up to four where the average needs them. */
export const price = (value) => (absent(value) ? DASH : minus(fine.format(value)));

/** A count of shares. */
export const count = (value) => (absent(value) ? DASH : minus(whole.format(value)));

/** Profit or loss, with its sign, so that colour isn't the only sign of direction. */
export function signed(value) {
  if (absent(value)) {
    return DASH;
  }
  const text = money.format(Math.abs(value));
  return value > 0 ? `+${text}` : value < 0 ? `${MINUS}${text}` : text;
}

export const percent = (value) => (absent(value) ? DASH : `${signed(value)}%`);

/** 1,23,000 as 1.23 L, 4,56,00,000 as 4.56 Cr. */
export function compact(value) {
  if (absent(value)) {
    return DASH;
  }
  if (Math.abs(value) >= 1e7) {
    return `${money.format(value / 1e7)} Cr`;
  }
  return Math.abs(value) >= 1e5 ? `${money.format(value / 1e5)} L` : whole.format(value);
}

export const time = (instant) => (instant ? clock.format(new Date(instant)) : DASH);
export const dateTime = (instant) => (instant ? dayAndClock.format(new Date(instant)) : DASH);
export const day = (instant) => dayOnly.format(new Date(instant));
export const minuteOfDay = (instant) => hourMinute.format(new Date(instant));

/** Time alone for today, with the date otherwise. */
export function recent(instant) {
  if (!instant) {
    return DASH;
  }
  const then = new Date(instant);
  return then.toDateString() === new Date().toDateString() ? clock.format(then) : dayAndClock.format(then);
}

/** `PARTIALLY_FILLED` as "Partially filled"; `max_size` as "Max size". */
export function words(code) {
  const text = String(code).replace(/[_-]+/g, ' ').trim();
  return text === text.toUpperCase() || !/[A-Z]/.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()
    : text.charAt(0).toUpperCase() + text.slice(1);
}

// Prices have at most four decimals: whole ten-thousandths are exact in a double.
const SCALE = 10000;
const units = (value) => Math.round(Number(value) * SCALE);

/** The text of a price as it goes into an input: no grouping, two decimals at least. */
export function plainPrice(value) {
  const text = (units(value) / SCALE).toFixed(4);
  return text.replace(/0{1,2}$/, '');
}

/** The nearest price on the grid; never below one tick. */
export function onTick(value, tick) {
  const step = units(tick);
  return (Math.max(1, Math.round(units(value) / step)) * step) / SCALE;
}

export const isOnTick = (value, tick) => units(value) % units(tick) === 0;

/** One step up or down the grid; an off-grid price goes to the grid first. */
export function stepTick(value, tick, steps) {
  const step = units(tick);
  const now = units(value);
  const next = steps > 0 ? Math.floor(now / step) + steps : Math.ceil(now / step) + steps;
  return (Math.max(1, next) * step) / SCALE;
}

/** A decimal a person typed, or null. Grouping commas and spaces are let through. */
export function parseDecimal(text) {
  const bare = text.replace(/[,\s]/g, '');
  return /^\d{1,12}(\.\d{1,4})?$/.test(bare) ? Number(bare) : null;
}

/** A whole number a person typed, or null. */
export function parseWhole(text) {
  const bare = text.replace(/[,\s]/g, '');
  return /^\d{1,12}$/.test(bare) ? Number(bare) : null;
}
