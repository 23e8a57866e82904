/** The chosen symbol: its price, the figures of the day, and its bars. */

import { explain, get } from './api.js';
import { Candles } from './candles.js';
import { byId, h, setDirection, setText } from './dom.js';
import { compact, percent, price, signed } from './format.js';
import { Poll } from './poll.js';
import { instrument, onQuotes, quote } from './quotes.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How far back each length looks, and how often its bars are read again. */
const INTERVALS = [
  { code: '1m', back: 2 * HOUR, every: 10_000 },
  { code: '5m', back: 8 * HOUR, every: 15_000 },
  { code: '15m', back: DAY, every: 30_000 },
  { code: '1h', back: 5 * DAY, every: 60_000 },
  { code: '1d', back: 180 * DAY, every: 60_000 },
];
const SHOWN_BARS = 120;

const facts = new Map();
let candles = null;
let symbol = null;
let interval = INTERVALS[1];
let poll = null;

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
  poll?.stop();
  poll = new Poll(() => load(symbol, interval), interval.every);
  poll.start();
}

async function load(wantedSymbol, wantedInterval) {
  const now = Date.now();
  try {
    const answer = await get('historical', {
      symbol: wantedSymbol,
      interval: wantedInterval.code,
      from: new Date(now - wantedInterval.back).toISOString(),
      to: new Date(now + 60_000).toISOString(),
      limit: 500,
    });
    if (wantedSymbol === symbol && wantedInterval === interval) {
      candles.show(answer.items.slice(-SHOWN_BARS), interval.code === '1d');
    }
  } catch (error) {
    if (wantedSymbol === symbol && wantedInterval === interval) {
      candles.say(explain(error));
    }
    throw error;
  }
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
