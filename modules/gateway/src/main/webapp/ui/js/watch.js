/**
 * The market watch: every symbol with its current prices. Arrow keys move, Enter chooses, B and S
 * open the ticket; typing in the search box narrows the list.
 */

import { byId, h, setAttribute, setDirection, setText, show } from './dom.js';
import { percent, price, count } from './format.js';
import { allInstruments, onQuotes, pointsOf, quote } from './quotes.js';
import { Sparkline } from './sparkline.js';

const rows = new Map();
let selected = null;
let choose = () => {};
let trade = () => {};

/**
 * @param {(symbol: string) => void} onChoose a symbol was chosen
 * @param {(symbol: string, side: string) => void} onTrade a person wants to trade a symbol
 */
export function setUpWatch(onChoose, onTrade) {
  choose = onChoose;
  trade = onTrade;
  const search = byId('watch-search');
  search.addEventListener('input', arrange);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      const first = visibleRows()[0];
      first?.button.focus();
      if (event.key === 'Enter' && first) {
        choose(first.instrument.symbol);
      }
    }
  });
  byId('watch-sort').addEventListener('change', arrange);
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, textarea, select, dialog');
    if (event.key === '/' && !typing && !byId('view-trade').hidden) {
      event.preventDefault();
      search.focus();
    }
  });
  onQuotes(refresh);
}

/** Builds a row for each instrument. */
export function listInstruments() {
  rows.clear();
  for (const instrument of allInstruments()) {
    rows.set(instrument.symbol, makeRow(instrument));
  }
  arrange();
}

export function markSelected(symbol) {
  selected = symbol;
  for (const row of rows.values()) {
    const chosen = row.instrument.symbol === symbol;
    setAttribute(row.element, 'data-selected', chosen ? 'true' : null);
    setAttribute(row.button, 'aria-pressed', chosen);
  }
}

function makeRow(instrument) {
  const spark = new Sparkline();
  const cell = () => h('td', { class: 'num' }, '–');
  const bid = cell();
  const ask = cell();
  const last = cell();
  const change = cell();
  const button = h('button', {
    type: 'button',
    class: 'symbol-button',
    'aria-pressed': 'false',
    title: `${instrument.name} · ${instrument.industry}`,
    onkeydown: (event) => onKey(event, instrument.symbol),
  }, h('b', { text: instrument.symbol }), h('small', { class: 'muted ellipsis', text: instrument.name }));
  const element = h('tr', {
    'data-symbol': instrument.symbol,
    onclick: () => choose(instrument.symbol),
  }, h('th', { scope: 'row' }, button), h('td', { class: 'spark-cell' }, spark.element), bid, ask, last, change);
  const text = `${instrument.symbol} ${instrument.name} ${instrument.industry}`.toLowerCase();
  return { instrument, element, button, spark, bid, ask, last, change, text, lastValue: null };
}

function onKey(event, symbol) {
  const shown = visibleRows();
  const place = shown.findIndex((row) => row.instrument.symbol === symbol);
  const target = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: shown.length - 1 }[event.key];
  if (target !== undefined) {
    event.preventDefault();
    if (target < 0) {
      byId('watch-search').focus();
    } else {
      shown[Math.min(target, shown.length - 1)]?.button.focus();
    }
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && /^[bs]$/i.test(event.key)) {
    event.preventDefault();
    trade(symbol, event.key.toLowerCase() === 'b' ? 'BUY' : 'SELL');
  }
}

const visibleRows = () => [...byId('watch-rows').children].map((element) => rows.get(element.dataset.symbol));

const ORDERS = {
  symbol: (a, b) => a.instrument.symbol.localeCompare(b.instrument.symbol),
  gainers: (a, b) => moved(b) - moved(a),
  losers: (a, b) => moved(a) - moved(b),
  volume: (a, b) => (quote(b.instrument.symbol)?.volume ?? 0) - (quote(a.instrument.symbol)?.volume ?? 0),
};
const moved = (row) => quote(row.instrument.symbol)?.change_pct ?? 0;

function arrange() {
  const words = byId('watch-search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const order = ORDERS[byId('watch-sort').value];
  const shown = [...rows.values()]
    .filter((row) => words.every((word) => row.text.includes(word)))
    .sort(order);
  const body = byId('watch-rows');
  const focused = document.activeElement;
  const wanted = shown.map((row) => row.element);
  if (wanted.length !== body.children.length || wanted.some((element, index) => element !== body.children[index])) {
    body.replaceChildren(...wanted);
    if (body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }
  setText(byId('watch-empty'), 'No symbol matches.');
  show(byId('watch-empty'), shown.length === 0 && rows.size > 0);
}

function refresh() {
  for (const row of rows.values()) {
    const now = quote(row.instrument.symbol);
    if (!now) {
      continue;
    }
    setText(row.bid, price(now.bid));
    setText(row.ask, price(now.ask));
    setText(row.change, percent(now.change_pct));
    setDirection(row.change, now.change_pct);
    row.last.title = `Volume ${count(now.volume)}`;
    if (setText(row.last, price(now.last)) && row.lastValue !== null) {
      flash(row.last, now.last - row.lastValue);
    }
    row.lastValue = now.last;
    row.spark.draw(pointsOf(row.instrument.symbol));
  }
  if (byId('watch-sort').value !== 'symbol' && !byId('watch-rows').contains(document.activeElement)) {
    arrange();
  }
  if (selected) {
    markSelected(selected);
  }
}

/** A short tint of a price that moved; the animation starts anew by taking the attribute off. */
function flash(element, change) {
  element.removeAttribute('data-flash');
  requestAnimationFrame(() => element.setAttribute('data-flash', change > 0 ? 'up' : 'down'));
}
