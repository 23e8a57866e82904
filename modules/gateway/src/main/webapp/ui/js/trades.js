/** The trader's fills, newest first. */

import { get } from './api.js';
import { byId, h, KeyedRows, show, tableHead } from './dom.js';
import { count, price, recent, rupees, words } from './format.js';
import { Poll } from './poll.js';
import { session } from './session.js';

const poll = new Poll(refresh, 5_000);
let rows = null;
let empty = null;

export function setUpTrades() {
  const body = h('tbody', { id: 'trade-rows' });
  empty = h('p', { class: 'empty', hidden: true, text: 'No trades yet.' });
  byId('pane-trades').append(h('table', { class: 'table trades' }, h('caption', { class: 'sr', text: 'Trades, newest first' }),
    tableHead(['Time', 'Symbol', 'Side', ['Shares', 'num'], ['Price', 'num'], ['Value', 'num'], ['Order', 'wide-only']]), body), empty);
  rows = new KeyedRows(body, (trade) => trade.trade_id, createRow, () => {});
}

export const startTrades = () => poll.start();
export const tradesChanged = () => poll.now();

export function stopTrades() {
  poll.stop();
  rows.render([]);
}

async function refresh() {
  const page = await get('trades', { limit: 100, account_id: session.account });
  rows.render(page.items);
  show(empty, page.items.length === 0);
}

const createRow = (trade) => ({ elements: [h('tr', { 'data-trade': trade.trade_id },
  h('td', { class: 'nowrap', title: trade.timestamp, text: recent(trade.timestamp) }),
  h('th', { scope: 'row', text: trade.symbol }),
  h('td', {}, h('span', { class: `side-word ${trade.side.toLowerCase()}`, text: words(trade.side) })),
  h('td', { class: 'num', text: count(trade.quantity) }),
  h('td', { class: 'num', text: price(trade.price) }),
  h('td', { class: 'num', text: rupees(trade.value) }),
  h('td', { class: 'muted wide-only', text: trade.order_id }))] });
