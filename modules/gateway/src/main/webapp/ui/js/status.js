/**
 * The platform's state as everybody must see it: that the market is simulated, which phase the
 * session is in, whether trading is halted, and whether prices are live.
 */

import { get } from './api.js';
import { byId, setAttribute, setText, show } from './dom.js';
import { time, words } from './format.js';
import { Poll } from './poll.js';
import { feedState, lastAnswer, onQuotes } from './quotes.js';

const FEEDS = { waiting: 'Connecting', live: 'Live', stale: 'Prices are late', lost: 'No connection' };

const listeners = new Set();
const poll = new Poll(refresh, 3_000);
let status = null;

export function setUpStatus() {
  onQuotes(showFeed);
}

export const startStatus = () => poll.start();
export const statusChanged = () => poll.now();
export const currentStatus = () => status;
export const onStatus = (listener) => listeners.add(listener);

export function stopStatus() {
  poll.stop();
  status = null;
}

async function refresh() {
  status = await get('status');
  label();
  listeners.forEach((listener) => listener(status));
}

function label() {
  const market = status.market;
  const feed = String(market.feed).toLowerCase();
  const box = byId('market-label');
  const phase = `Session: ${words(market.phase).toLowerCase()}.`;
  setAttribute(box, 'data-kind', feed);
  if (feed === 'simulated') {
    setText(byId('market-label-title'), 'SIMULATED MARKET · PAPER TRADING');
    setText(byId('market-label-text'), `Prices are made up by this server and no order leaves it. ${phase}`);
  } else if (feed === 'replay') {
    setText(byId('market-label-title'), 'REPLAYED MARKET · PAPER TRADING');
    setText(byId('market-label-text'), `Prices come from a recorded session and no order leaves this server. ${phase}`);
  } else {
    setText(byId('market-label-title'), `Market feed: ${words(feed)}`);
    setText(byId('market-label-text'), phase);
  }
  show(byId('ticket-paper'), feed === 'simulated' || feed === 'replay');
  const trading = status.trading;
  const stopped = trading.mode !== 'NORMAL';
  show(byId('halt-label'), stopped);
  if (stopped) {
    setText(byId('halt-label'), `${trading.mode === 'HALTED' ? 'Trading is halted: new orders are refused, cancels work.' : 'Reduce only: orders that enlarge a position are refused.'} Reason: ${trading.reason}`);
  }
}

function showFeed() {
  const state = feedState();
  setAttribute(byId('feed-state'), 'data-state', state);
  setText(byId('feed-text'), FEEDS[state]);
  byId('feed-state').title = lastAnswer() ? `Last prices ${time(lastAnswer())}` : '';
}
