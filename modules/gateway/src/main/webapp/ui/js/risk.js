/** The risk officer's view: the kill switch, and each account's limits. */

import { Problem, explain, get, put } from './api.js';
import { byId, h, setAttribute, setText, show, tableHead } from './dom.js';
import { dateTime, parseDecimal, parseWhole } from './format.js';
import { KillSwitch, nameAccountsBy } from './kill-switch.js';
import { toast } from './notify.js';

/** The limits in the order they are shown: what they are in words, and how they are read. */
const LIMITS = [
  { key: 'max_order_value', label: 'Largest order', unit: '₹', read: parseDecimal },
  { key: 'max_open_order_value', label: 'All working orders', unit: '₹', read: parseDecimal },
  { key: 'max_position_quantity', label: 'Position, shares', unit: 'shares', read: parseWhole },
  { key: 'max_position_value', label: 'Position, value', unit: '₹', read: parseDecimal },
  { key: 'max_orders_per_second', label: 'Orders a second', unit: '/s', read: parseWhole, required: true },
  { key: 'price_collar_pct', label: 'Market order collar', unit: '%', read: parseDecimal },
  { key: 'look_alike_window_millis', label: 'Look-alike window', unit: 'ms', read: parseWhole },
];

const killSwitch = new KillSwitch('risk');
const names = new Map();

let limitsHost = null;
let accounts = null;
let search = null;
let empty = null;
let note = null;
let shown = null;
let asked = 0;

export function setUpRisk() {
  note = h('p', { class: 'message', role: 'alert', hidden: true });
  empty = h('p', { class: 'empty', hidden: true, text: 'No account matches.' });
  search = h('input', {
    id: 'risk-search', class: 'search', type: 'search', placeholder: 'Search accounts', 'aria-label': 'Search accounts', autocomplete: 'off', spellcheck: 'false', oninput: drawAccounts,
  });
  accounts = h('ul', { id: 'risk-accounts', class: 'pick-list' });
  limitsHost = h('div', { id: 'risk-limits', class: 'limits' });
  byId('view-risk').append(killSwitch.element,
    h('section', { class: 'panel', 'aria-labelledby': 'limits-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'limits-title', text: 'Limits' })), note,
      h('div', { class: 'pick' }, h('div', { class: 'pick-side' }, search, accounts, empty), limitsHost)));
  nameAccountsBy((accountId) => names.get(accountId) ?? accountId);
  invite();
}

export function startRisk() {
  killSwitch.start();
  loadAccounts();
}

export function stopRisk() {
  killSwitch.stop();
  asked += 1;
  shown = null;
  names.clear();
  accounts.replaceChildren();
  invite();
}

function invite() {
  limitsHost.replaceChildren(h('p', { class: 'empty', text: 'Choose an account to see and change its limits.' }));
}

/** Every account, page by page; names are how people know them. */
async function loadAccounts() {
  asked += 1;
  const mine = asked;
  show(note, false);
  try {
    let cursor = null;
    do {
      const page = await get('accounts', { limit: 500, cursor });
      if (mine !== asked) {
        return;
      }
      page.items.forEach((account) => names.set(account.account_id, account.name));
      cursor = page.next_cursor ?? null;
      drawAccounts();
    } while (cursor !== null);
  } catch (error) {
    if (mine === asked) {
      setText(note, explain(error));
      show(note, true);
    }
  }
}

const byName = new Intl.Collator('en', { numeric: true });

function drawAccounts() {
  const wanted = search.value.trim().toLowerCase();
  const found = [...names].filter(([id, name]) => name.toLowerCase().includes(wanted) || id.startsWith(wanted))
    .sort((a, b) => byName.compare(a[1], b[1]));
  accounts.replaceChildren(...found.map(([id, name]) => h('li', {}, h('button', {
    type: 'button',
    class: 'pick-item',
    'data-account': name,
    'aria-pressed': shown?.account_id === id,
    title: id,
    text: name,
    onclick: () => showLimits(id),
  }))));
  show(empty, found.length === 0);
}

async function showLimits(accountId) {
  show(note, false);
  try {
    shown = await get('risk/limits', { account_id: accountId });
    for (const item of accounts.querySelectorAll('.pick-item')) {
      item.setAttribute('aria-pressed', item.title === accountId);
    }
    drawLimits();
  } catch (error) {
    setText(note, explain(error));
    show(note, true);
  }
}

function drawLimits() {
  const inputs = new Map();
  const errors = new Map();
  const line = (key, label, unit, value) => {
    const input = h('input', { id: `limit-${key}`, name: key, autocomplete: 'off', spellcheck: 'false', value: value ?? '', placeholder: 'not set', 'aria-describedby': `limit-${key}-error` });
    const error = h('p', { class: 'field-error', id: `limit-${key}-error`, hidden: true });
    inputs.set(key, input);
    errors.set(key, error);
    return h('tr', {}, h('th', { scope: 'row' }, h('label', { for: `limit-${key}`, text: label })), h('td', {}, input, error), h('td', { class: 'muted', text: unit }));
  };
  const form = h('form', {
    novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      save(inputs, errors);
    },
  },
  h('table', { class: 'table limits-table' }, h('caption', { class: 'limits-caption', text: `Account ${names.get(shown.account_id) ?? shown.account_id}` }), tableHead(['Limit', 'Value', 'Unit']), h('tbody', {},
    LIMITS.map((limit) => line(limit.key, limit.label, limit.unit, shown[limit.key])),
    line('restricted_symbols', 'Restricted symbols', 'comma separated', (shown.restricted_symbols ?? []).join(', ')))),
  h('p', { class: 'muted small', text: `Version ${shown.version}${shown.updated_by ? `, last changed by ${shown.updated_by} at ${dateTime(shown.updated_at)}` : ', the platform’s defaults'}. An empty field means no limit.` }),
  h('div', { class: 'row-actions' },
    h('button', { type: 'submit', id: 'limits-save', class: 'button primary', text: 'Save limits' }),
    h('button', { type: 'button', class: 'button danger', text: 'Halt this account', onclick: () => killSwitch.change('HALTED', shown.account_id) })));
  limitsHost.replaceChildren(form);
}

async function save(inputs, errors) {
  const wanted = { version: shown.version };
  const faults = {};
  for (const limit of LIMITS) {
    const text = inputs.get(limit.key).value.trim();
    if (text === '') {
      wanted[limit.key] = null;
      if (limit.required) {
        faults[limit.key] = 'This limit must be set.';
      }
    } else {
      wanted[limit.key] = limit.read(text);
      if (wanted[limit.key] === null) {
        faults[limit.key] = limit.read === parseWhole ? 'Enter a whole number.' : 'Enter a number with at most four decimals.';
      }
    }
  }
  wanted.restricted_symbols = inputs.get('restricted_symbols').value.toUpperCase().split(/[\s,]+/).filter(Boolean);
  mark(inputs, errors, faults);
  if (Object.keys(faults).length > 0) {
    return;
  }
  try {
    const answer = await put('risk/limits', wanted, { account_id: shown.account_id });
    if (answer.approval_id) {
      toast(`This raises a limit, so a second person with role risk must approve it: approval ${answer.approval_id}.`, 'good');
      return;
    }
    shown = answer;
    drawLimits();
    toast('Limits saved. They hold from the next order on.', 'good');
  } catch (error) {
    if (error instanceof Problem) {
      error.errors.forEach((fault) => {
        faults[fault.field] = fault.message;
      });
      mark(inputs, errors, faults);
    }
    toast(explain(error), 'bad');
  }
}

function mark(inputs, errors, faults) {
  let first = null;
  for (const [key, input] of inputs) {
    const fault = faults[key];
    show(errors.get(key), fault !== undefined);
    setText(errors.get(key), fault ?? '');
    setAttribute(input, 'aria-invalid', fault === undefined ? null : 'true');
    first ??= fault === undefined ? null : input;
  }
  first?.focus();
}
