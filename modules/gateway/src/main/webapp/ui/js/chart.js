/** The chosen symbol: its price, the figures of the day, and its bars. */

import { explain, get } from './api.js';
import { Candles } from './candles.js';
import { byId, h, setDirection, setText } from './dom.js';
import { compact, percent, price, signed } from './format.js';
import { Poll } from './poll.js';
import { instrument, onQuotes, quote } from './quotes.js';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** The lengths of bar, and how often their newest bars are read again. */
const INTERVALS = [
  { code: '1m', length: MINUTE, every: 5_000 },
  { code: '5m', length: 5 * MINUTE, every: 10_000 },
  { code: '15m', length: 15 * MINUTE, every: 20_000 },
  { code: '1h', length: 60 * MINUTE, every: 60_000 },
  { code: '1d', length: DAY, every: 60_000 },
];
const SHOWN_BARS = 120;
/** Fewer than that, and the market was closed for part of the time: look back further. */
const ENOUGH_BARS = 60;
/** Over a long weekend. */
const FURTHER_BACK = 6 * DAY;
const PAGE = 5_000;

const facts = new Map();
let candles = null;
let symbol = null;
let interval = INTERVALS[1];
let poll = null;
/** The bars on show, oldest first. */
let bars = [];

export function setUpChart() {
  candles = new Candles(byId('chart-body'), byId('chart-readout'));
  const buttons = INTERVALS.map((choice) => h('button', {
    type: 'button',
    role: 'radio',
    class: 'segment',
    'data-interval': choice.code,
    text: choice.code,
    onclick: () => chooseInterval(choice),
  }));
  byId('chart-intervals').append(...buttons);
  byId('chart-intervals').addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const place = (INTERVALS.indexOf(interval) + step + INTERVALS.length) % INTERVALS.length;
      chooseInterval(INTERVALS[place]);
      buttons[place].focus();
    }
  });
  for (const [key, label] of [['open', 'Open'], ['high', 'High'], ['low', 'Low'], ['previous_close', 'Prev. close'], ['volume', 'Volume']]) {
    const value = h('dd', { text: '–' });
    facts.set(key, value);
    byId('chart-facts').append(h('div', {}, h('dt', { text: label }), value));
  }
  markInterval();
  onQuotes(refreshQuote);
}

export function showChart(chosen) {
  symbol = chosen;
  const known = instrument(chosen);
  setText(byId('chart-title'), chosen);
  setText(byId('chart-name'), known ? `${known.name} · ${known.industry}` : '');
  candles.setLast(null);
  candles.say('Loading');
  refreshQuote();
  restart();
}

export function stopChart() {
  poll?.stop();
  poll = null;
}

function chooseInterval(choice) {
  interval = choice;
  markInterval();
  if (symbol) {
    candles.say('Loading');
    restart();
  }
}

function markInterval() {
  for (const button of byId('chart-intervals').children) {
    const chosen = button.dataset.interval === interval.code;
    button.setAttribute('aria-checked', chosen);
    button.tabIndex = chosen ? 0 : -1;
  }
}

function restart() {
  bars = [];
  poll?.stop();
  poll = new Poll(() => load(symbol, interval), interval.every);
  poll.start();
}

async function load(wantedSymbol, wantedInterval) {
  const current = () => wantedSymbol === symbol && wantedInterval === interval;
  try {
    const newest = bars.length > 0 ? Date.parse(bars[bars.length - 1].start) : null;
    const read = newest === null ? await readPast(wantedSymbol, wantedInterval) : await readFrom(wantedSymbol, wantedInterval, newest);
    if (current()) {
      bars = [...bars.filter((bar) => read.length === 0 || bar.start < read[0].start), ...read].slice(-SHOWN_BARS);
      candles.show(bars, wantedInterval.code === '1d');
    }
  } catch (error) {
    if (current() && bars.length === 0) {
      candles.say(explain(error));
    }
    throw error;
  }
}

/** The last bars there are, looking back further when the market was closed. */
async function readPast(wantedSymbol, wantedInterval) {
  const near = SHOWN_BARS * wantedInterval.length * (wantedInterval.code === '1d' ? 1.5 : 1);
  const read = await readFrom(wantedSymbol, wantedInterval, Date.now() - near);
  return read.length < ENOUGH_BARS && near < FURTHER_BACK
    ? readFrom(wantedSymbol, wantedInterval, Date.now() - FURTHER_BACK)
    : read;
}

async function readFrom(wantedSymbol, wantedInterval, from) {
  const query = {
    symbol: wantedSymbol,
    interval: wantedInterval.code,
    from: new Date(from).toISOString(),
    to: new Date(Date.now() + MINUTE).toISOString(),
    limit: PAGE,
  };
  let answer = await get('historical', query);
  while (answer.next_cursor) {
    const earlier = answer.items.slice(-SHOWN_BARS);
    answer = await get('historical', { ...query, cursor: answer.next_cursor });
    answer.items.unshift(...earlier);
  }
  return answer.items;
}

function refreshQuote() {
  const now = symbol && quote(symbol);
  if (!now) {
    return;
  }
  setText(byId('chart-last'), price(now.last));
  const change = byId('chart-change');
  setText(change, `${signed(now.last - now.previous_close)} (${percent(now.change_pct)})`);
  setDirection(change, now.change_pct);
  for (const [key, value] of facts) {
    setText(value, key === 'volume' ? compact(now.volume) : price(now[key]));
  }
  candles.setLast(now.last);
}
