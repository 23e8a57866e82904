/**
 * The signed-in trader's money at a glance: summary cards, and the available cash other views ask
 * for. Reads again soon after every order.
 */

import { get } from './api.js';
import { byId, h, setDirection, setText } from './dom.js';
import { rupees, signed } from './format.js';
import { Poll } from './poll.js';
import { session } from './session.js';

const CARDS = [
  { key: 'equity', label: 'Equity', hint: 'Settled cash and market value together' },
  { key: 'available_cash', label: 'Available cash', hint: 'Settled cash less what is blocked' },
  { key: 'blocked_cash', label: 'Blocked', hint: 'Set aside for working orders and short positions' },
  { key: 'market_value', label: 'Positions value', hint: 'All positions at the last prices' },
  { key: 'unrealised_pnl', label: 'Unrealised P&L', hint: 'Market value less cost', gain: true },
  { key: 'realised_pnl', label: 'Realised P&L', hint: 'From closed lots, first in first out', gain: true },
];

const listeners = new Set();
const values = new Map();
const poll = new Poll(refresh, 2_000);
let summary = null;

export function setUpAccount() {
  for (const card of CARDS) {
    const value = h('dd', { 'data-figure': card.key, text: '–' });
    values.set(card.key, value);
    byId('cards').append(h('dl', { class: 'card', title: card.hint }, h('dt', { text: card.label }), value));
  }
}

export const startAccount = () => poll.start();

export function stopAccount() {
  poll.stop();
  summary = null;
  values.forEach((value) => setText(value, '–'));
}

export const accountChanged = () => poll.now();
export const accountSummary = () => summary;
export const onAccount = (listener) => listeners.add(listener);

async function refresh() {
  summary = await get('portfolio/summary', { account_id: session.account });
  for (const card of CARDS) {
    const element = values.get(card.key);
    const value = summary[card.key];
    setText(element, card.gain ? signed(value) : rupees(value));
    if (card.gain) {
      setDirection(element, value);
    }
  }
  listeners.forEach((listener) => listener(summary));
}
