/** The trader's positions with their profit and loss; the open lots of one on demand. */

import { explain, get } from './api.js';
import { byId, h, KeyedRows, setDirection, setText, show, tableHead } from './dom.js';
import { count, price, recent, rupees, signed } from './format.js';
import { Poll } from './poll.js';
import { session } from './session.js';

const COLUMNS = ['Symbol', ['Product', 'desk'], ['Qty', 'num'], ['Avg. cost', 'num desk'], ['Last', 'num wide-only'], ['Value', 'num roomy'], ['Unrealised', 'num'], ['Realised', 'num desk'], ''];

/** Which cells go first when room is short. */
const CELL_CLASSES = { average: 'num desk', last: 'num wide-only', value: 'num roomy', realised: 'num desk' };

const poll = new Poll(refresh, 2_000);
let rows = null;
let empty = null;
let close = () => {};

/** @param {(position: object) => void} onClose the person wants to trade out of a position */
export function setUpPositions(onClose) {
  close = onClose;
  const body = h('tbody', { id: 'position-rows' });
  empty = h('p', { class: 'empty', hidden: true, text: 'No open positions.' });
  byId('pane-positions').append(h('table', { class: 'table positions' }, h('caption', { class: 'sr', text: 'Open positions' }), tableHead(COLUMNS), body), empty);
  rows = new KeyedRows(body, (position) => position.position_id, createRow, updateRow);
}

export const startPositions = () => poll.start();
export const positionsChanged = () => poll.now();

export function stopPositions() {
  poll.stop();
  rows.render([]);
  setText(byId('count-positions'), '');
}

async function refresh() {
  const page = await get('positions/active', { limit: 200, account_id: session.account });
  rows.render(page.items);
  show(empty, page.items.length === 0);
  setText(byId('count-positions'), page.items.length > 0 ? page.items.length : '');
}

function createRow(position) {
  const lotsId = `lots-${position.position_id}`;
  const lots = h('td', { colspan: COLUMNS.length });
  const details = h('tr', { class: 'details', id: lotsId, hidden: true }, lots);
  const toggle = h('button', {
    type: 'button',
    class: 'disclose',
    'aria-expanded': 'false',
    'aria-controls': lotsId,
    'aria-label': `Lots of ${position.symbol}`,
    onclick: () => {
      const open = details.hidden;
      show(details, open);
      toggle.setAttribute('aria-expanded', open);
      if (open) {
        loadLots(shown);
      }
    },
  });
  const cells = {};
  const cell = (name) => {
    cells[name] = h('td', { class: CELL_CLASSES[name] ?? 'num', 'data-cell': name });
    return cells[name];
  };
  const row = h('tr', { 'data-position': position.position_id, 'data-symbol': position.symbol },
    h('th', { scope: 'row', class: 'nowrap' }, toggle, position.symbol),
    h('td', { class: 'muted desk', text: position.product }),
    cell('quantity'), cell('average'), cell('last'), cell('value'), cell('unrealised'), cell('realised'),
    h('td', { class: 'actions' }, h('button', {
      type: 'button',
      class: 'button small',
      text: 'Close out',
      'aria-label': `Prepare an order that closes ${position.symbol}`,
      onclick: () => close(shown.position),
    })));
  const shown = { elements: [row, details], details, lots, cells, position };
  return shown;
}

function updateRow(shown, position) {
  const { cells, details } = shown;
  const traded = shown.position.updated_at !== position.updated_at;
  shown.position = position;
  setText(cells.quantity, count(position.quantity));
  setText(cells.average, price(position.average_price));
  setText(cells.last, price(position.last_price));
  setText(cells.value, rupees(position.market_value));
  setText(cells.unrealised, signed(position.unrealised_pnl));
  setDirection(cells.unrealised, position.unrealised_pnl);
  setText(cells.realised, signed(position.realised_pnl));
  setDirection(cells.realised, position.realised_pnl);
  cells.quantity.title = position.blocked_quantity > 0 ? `${count(position.blocked_quantity)} blocked for working sell orders` : '';
  if (!details.hidden && traded) {
    loadLots(shown);
  }
}

async function loadLots({ position, lots: place }) {
  try {
    const full = await get(`positions/${position.position_id}`);
    place.replaceChildren(h('div', { class: 'detail' },
      h('dl', { class: 'pairs' },
        [['Cost', rupees(full.cost)], ['Blocked shares', count(full.blocked_quantity)], ['Opened', recent(full.opened_at)], ['Updated', recent(full.updated_at)]]
          .map(([label, value]) => h('div', {}, h('dt', { text: label }), h('dd', { text: value })))),
      h('table', { class: 'table inner' }, h('caption', { class: 'sr', text: `Open lots of ${position.symbol}, oldest first` }),
        tableHead(['Opened', ['Shares', 'num'], ['Price', 'num'], ['Gain at last', 'num']]),
        h('tbody', {}, full.lots.map((lot) => {
          const gain = full.last_price === null ? null : (full.last_price - lot.price) * lot.quantity;
          const cell = h('td', { class: 'num', text: signed(gain) });
          setDirection(cell, gain);
          return h('tr', {},
            h('td', { class: 'nowrap', title: lot.opened_at, text: recent(lot.opened_at) }),
            h('td', { class: 'num', text: count(lot.quantity) }),
            h('td', { class: 'num', text: price(lot.price) }),
            cell);
        })))));
  } catch (error) {
    place.replaceChildren(h('p', { class: 'muted', text: explain(error) }));
  }
}
