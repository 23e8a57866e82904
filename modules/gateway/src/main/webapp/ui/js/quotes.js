/**
 * The market as this page knows it: instruments once, quotes about every second, and the last few
 * minutes of each price for the small lines. Views subscribe; nobody else polls quotes.
 */

import { get, post } from './api.js';
import { Poll } from './poll.js';

const EVERY_MILLIS = 1_000;
const KEPT_POINTS = 240;
const STALE_MILLIS = 5_000;

const instruments = new Map();
const quotes = new Map();
const series = new Map();
const listeners = new Set();
let answeredAt = 0;
let failed = false;
let poll = null;

/** Loads the instruments and begins to poll. Resolves when the instruments are there. */
export async function startQuotes() {
  const listed = await get('symbols');
  instruments.clear();
  for (const instrument of listed.items) {
    instruments.set(instrument.symbol, instrument);
  }
  poll?.stop();
  poll = new Poll(refresh, EVERY_MILLIS);
  poll.start();
}

export function stopQuotes() {
  poll?.stop();
  poll = null;
  quotes.clear();
  series.clear();
  answeredAt = 0;
}

async function refresh() {
  try {
    const answer = await post('market/quotes', { symbols: [...instruments.keys()] }, { timeout: 4_000 });
    failed = false;
    answeredAt = Date.now();
    for (const quote of answer.quotes) {
      quotes.set(quote.symbol, quote);
      remember(quote);
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    listeners.forEach((listener) => listener());
  }
}

function remember(quote) {
  let points = series.get(quote.symbol);
  if (!points) {
    points = [];
    series.set(quote.symbol, points);
  }
  points.push(quote.last);
  if (points.length > KEPT_POINTS) {
    points.shift();
  }
}

export const allInstruments = () => [...instruments.values()];
export const instrument = (symbol) => instruments.get(symbol);
export const quote = (symbol) => quotes.get(symbol);
export const pointsOf = (symbol) => series.get(symbol) ?? [];

/** `live`, `stale` when the prices stopped moving on, `lost` without a server, `waiting` at first. */
export function feedState() {
  if (failed) {
    return 'lost';
  }
  if (answeredAt === 0) {
    return 'waiting';
  }
  return Date.now() - answeredAt > STALE_MILLIS ? 'stale' : 'live';
}

export const lastAnswer = () => answeredAt;

/** Calls back after each refresh, successful or not; returns a function that ends it. */
export function onQuotes(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
