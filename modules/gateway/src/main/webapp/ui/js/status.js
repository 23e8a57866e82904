/**
 * The platform's state as everybody must see it: that the market is simulated, which phase the
 * session is in, whether trading is halted, and whether prices are live.
 */

import { get } from './api.js';
import { byId, setAttribute, setText, show } from './dom.js';
import { time, words } from './format.js';
import { Poll } from './poll.js';
import { feedState, lastAnswer, onQuotes } from './quotes.js';
import { session } from './session.js';

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
  const feed = status.feed.toLowerCase();
  const phase = `Session: ${words(status.session).toLowerCase()}.`;
  setAttribute(byId('market-label'), 'data-kind', feed);
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
  const stopped = status.trading.filter((state) => state.mode !== 'NORMAL');
  show(byId('halt-label'), stopped.length > 0);
  if (stopped.length > 0) {
    setText(byId('halt-label'), stopped.length === 1 || stopped[0].scope === 'platform' ? stopSentence(stopped[0]) : `${stopped.length} accounts may not trade freely; Risk shows which.`);
  }
}

function stopSentence({ scope, mode, reason }) {
  const where = scope === 'platform' ? 'Trading' : session.has('risk') ? `Account ${scope}` : 'Your account';
  const what = mode === 'HALTED' ? 'is halted: new orders are refused, cancels work.' : 'is reduce-only: orders that enlarge a position are refused.';
  return `${where} ${what} Reason: ${reason}`;
}

function showFeed() {
  const state = feedState();
  setAttribute(byId('feed-state'), 'data-state', state);
  setText(byId('feed-text'), FEEDS[state]);
  byId('feed-state').title = lastAnswer() ? `Last prices ${time(lastAnswer())}` : '';
}
