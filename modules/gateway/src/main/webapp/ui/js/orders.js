/**
 * The trader's orders: working ones first, each with its state, a cancel button while it works, and
 * its execution reports on demand.
 */

import { ConnectionLost, explain, get, remove } from './api.js';
import { accountChanged } from './account.js';
import { byId, h, KeyedRows, setText, show, tableHead } from './dom.js';
import { count, dateTime, price, recent, time, words } from './format.js';
import { toast } from './notify.js';
import { Poll } from './poll.js';
import { isWorking, statusChip, updateStatusChip } from './status-chip.js';
import { session } from './session.js';

const COLUMNS = ['Time', 'Symbol', 'Side', 'Status', ['Type', 'wide-only'], ['Qty', 'num'], ['Filled', 'num roomy'], ['Price', 'num desk'], ['Avg.', 'num roomy'], ''];
const PAGE = 100;

const poll = new Poll(refresh, 2_500);
let rows = null;
let older = [];
let cursor = null;
let more = null;
let empty = null;
let changed = () => {};
let seen = '';

/** @param {() => void} onChanged something may have traded or been freed */
export function setUpOrders(onChanged) {
  changed = onChanged;
  const body = h('tbody', { id: 'order-rows' });
  empty = h('p', { class: 'empty', hidden: true, text: 'No orders yet. The ticket places one.' });
  more = h('button', { type: 'button', class: 'button quiet more', hidden: true, text: 'Older orders', onclick: loadOlder });
  byId('pane-orders').append(h('table', { class: 'table orders' }, h('caption', { class: 'sr', text: 'Orders, working ones first' }), tableHead(COLUMNS), body), empty, more);
  rows = new KeyedRows(body, (order) => order.order_id, createRow, updateRow);
}

export const startOrders = () => poll.start();
export const ordersChanged = () => poll.now();

export function stopOrders() {
  poll.stop();
  rows.render([]);
  older = [];
  cursor = null;
  setText(byId('count-orders'), '');
}

async function refresh() {
  const [latest, fresh, partial] = await Promise.all([
    get('orders/history', { limit: PAGE, account_id: session.account }),
    get('orders/history', { limit: PAGE, status: 'NEW', account_id: session.account }),
    get('orders/history', { limit: PAGE, status: 'PARTIALLY_FILLED', account_id: session.account }),
  ]);
  if (older.length === 0) {
    cursor = latest.next_cursor ?? null;
  }
  const byOrder = new Map();
  for (const order of [...older, ...latest.items, ...fresh.items, ...partial.items]) {
    const known = byOrder.get(order.order_id);
    if (!known || known.updated_at < order.updated_at) {
      byOrder.set(order.order_id, order);
    }
  }
  const orders = [...byOrder.values()].sort((a, b) =>
    isWorking(b.status) - isWorking(a.status) || b.created_at.localeCompare(a.created_at) || b.order_id.localeCompare(a.order_id));
  rows.render(orders);
  show(empty, orders.length === 0);
  show(more, cursor !== null);
  const working = orders.filter((order) => isWorking(order.status)).length;
  setText(byId('count-orders'), working > 0 ? `${working} working` : '');
  const now = orders.map((order) => `${order.order_id}${order.updated_at}`).join();
  if (seen !== now) {
    seen = now;
    changed();
  }
}

async function loadOlder() {
  more.disabled = true;
  try {
    const page = await get('orders/history', { limit: PAGE, cursor, account_id: session.account });
    older.push(...page.items);
    cursor = page.next_cursor ?? null;
    poll.now();
  } catch (error) {
    toast(explain(error), 'bad');
  } finally {
    more.disabled = false;
  }
}

function createRow(order) {
  const detailsId = `reports-${order.order_id}`;
  const reports = h('td', { colspan: COLUMNS.length });
  const details = h('tr', { class: 'details', id: detailsId, hidden: true }, reports);
  const toggle = h('button', {
    type: 'button',
    class: 'disclose',
    'aria-expanded': 'false',
    'aria-controls': detailsId,
    'aria-label': `Execution reports of ${words(order.side).toLowerCase()} ${count(order.quantity)} ${order.symbol}`,
    onclick: () => toggleDetails(shown),
  });
  const cancel = h('button', {
    type: 'button',
    class: 'button small cancel',
    'aria-label': `Cancel ${words(order.side).toLowerCase()} ${count(order.quantity)} ${order.symbol}`,
    text: 'Cancel',
    onclick: () => cancelOrder(shown),
  });
  const filled = h('td', { class: 'num roomy' });
  const average = h('td', { class: 'num roomy' });
  const chip = statusChip(order.status);
  const row = h('tr', { 'data-order': order.order_id, 'data-client-order': order.client_order_id },
    h('td', { class: 'nowrap', title: order.created_at }, toggle, h('span', { class: 'when', text: recent(order.created_at) })),
    h('th', { scope: 'row', text: order.symbol }),
    h('td', {}, h('span', { class: `side-word ${order.side.toLowerCase()}`, text: words(order.side) })),
    h('td', {}, chip),
    h('td', { class: 'wide-only muted', text: `${words(order.order_type)} · ${order.product}${order.validity === 'DAY' ? '' : ` · ${order.validity}`}` }),
    h('td', { class: 'num', text: count(order.quantity) }),
    filled,
    h('td', { class: 'num desk', text: order.price === null || order.price === undefined ? 'Market' : price(order.price) }),
    average,
    h('td', { class: 'actions' }, cancel));
  const shown = { elements: [row, details], row, details, toggle, filled, average, chip, cancel, reports, order };
  return shown;
}

function updateRow(shown, order) {
  const { row, details, filled, average, chip, cancel } = shown;
  shown.order = order;
  setText(filled, count(order.filled_quantity));
  setText(average, price(order.average_price));
  updateStatusChip(chip, order.status);
  chip.title = order.reject_reason ?? '';
  cancel.classList.toggle('gone', !isWorking(order.status));
  row.classList.toggle('settled', !isWorking(order.status));
  if (!details.hidden && shown.reportsOf !== order.updated_at) {
    loadReports(shown);
  }
}

async function cancelOrder({ order, cancel: button }) {
  button.disabled = true;
  const what = `${words(order.side).toLowerCase()} ${count(order.quantity)} ${order.symbol}`;
  try {
    const answer = await remove(`orders/${order.order_id}`);
    toast(answer?.status === 'CANCELED' ? `Canceled: ${what}.` : `Cancel taken: ${what}.`, 'good');
  } catch (error) {
    const again = error instanceof ConnectionLost ? ' The cancel may have worked; the list will tell.' : '';
    toast(`Cancel of ${what}: ${explain(error)}${again}`, 'bad');
  } finally {
    button.disabled = false;
    poll.now();
    accountChanged();
  }
}

function toggleDetails(shown) {
  const open = shown.details.hidden;
  show(shown.details, open);
  shown.toggle.setAttribute('aria-expanded', open);
  if (open) {
    loadReports(shown);
  }
}

/** Reads the reports anew; which update of the order they belong to is kept beside them. */
async function loadReports(shown) {
  const { order, reports } = shown;
  shown.reportsOf = order.updated_at;
  try {
    const answer = await get(`orders/${order.order_id}/events`);
    reports.replaceChildren(detailOf(order, answer.items));
  } catch (error) {
    shown.reportsOf = null;
    reports.replaceChildren(h('p', { class: 'muted', text: explain(error) }));
  }
}

function detailOf(order, reports) {
  const facts = [
    ['Order id', order.order_id], ['Client order id', order.client_order_id], ['Product', order.product],
    ['Validity', order.validity], ['Tag', order.tag], ['Created', dateTime(order.created_at)], ['Updated', dateTime(order.updated_at)],
  ].filter(([, value]) => value);
  return h('div', { class: 'detail' },
    order.reject_code ? h('p', { class: 'rejection' }, h('code', { text: order.reject_code }), ' ', order.reject_reason) : null,
    h('dl', { class: 'pairs' }, facts.map(([label, value]) => h('div', {}, h('dt', { text: label }), h('dd', { text: value })))),
    h('table', { class: 'table inner' }, h('caption', { class: 'sr', text: 'Execution reports' }),
      tableHead([['No.', 'num'], 'Time', 'Report', 'Status', ['Last qty', 'num'], ['Last price', 'num'], ['Cum. qty', 'num'], ['Leaves', 'num'], 'Text']),
      h('tbody', {}, reports.map((report) => h('tr', {},
        h('td', { class: 'num', text: report.sequence }),
        h('td', { class: 'nowrap', title: report.timestamp, text: time(report.timestamp) }),
        h('td', { text: words(report.exec_type) }),
        h('td', {}, statusChip(report.status)),
        h('td', { class: 'num', text: report.last_quantity > 0 ? count(report.last_quantity) : '–' }),
        h('td', { class: 'num', text: price(report.last_price) }),
        h('td', { class: 'num', text: count(report.filled_quantity) }),
        h('td', { class: 'num', text: count(report.leaves_quantity) }),
        h('td', { class: 'muted', text: report.text ?? '' }))))));
}
