/** The risk officer's view: the kill switch, and each account's limits. */

import { Problem, explain, get, post, put } from './api.js';
import { byId, h, setAttribute, setText, show, tableHead } from './dom.js';
import { count, dateTime, parseDecimal, parseWhole, price, rupees, words } from './format.js';
import { ask, toast } from './notify.js';
import { Poll } from './poll.js';
import { statusChanged } from './status.js';

const MODES = {
  NORMAL: { word: 'Trading', verb: 'Resume trading', done: 'Trading resumed', text: 'Orders are taken again within the limits.' },
  REDUCE_ONLY: { word: 'Reduce only', verb: 'Reduce only', done: 'Reduce only from now on', text: 'Only orders that make a position smaller are taken.' },
  HALTED: { word: 'Halted', verb: 'Halt trading', done: 'Trading halted', text: 'Every new order is refused. Cancels still work.' },
};

/** The limits in the order they are shown: what they are in words, and how they are read. */
const LIMITS = [
  { key: 'max_order_value', label: 'Largest order', unit: '₹', write: rupees, read: parseDecimal },
  { key: 'max_open_order_value', label: 'All working orders', unit: '₹', write: rupees, read: parseDecimal },
  { key: 'max_position_quantity', label: 'Position, shares', unit: 'shares', write: count, read: parseWhole },
  { key: 'max_position_value', label: 'Position, value', unit: '₹', write: rupees, read: parseDecimal },
  { key: 'max_orders_per_second', label: 'Orders a second', unit: '/s', write: count, read: parseWhole, required: true },
  { key: 'price_collar_pct', label: 'Market order collar', unit: '%', write: price, read: parseDecimal },
  { key: 'look_alike_window_millis', label: 'Look-alike window', unit: 'ms', write: count, read: parseWhole },
];

const poll = new Poll(refreshStates, 3_000);
let states = null;
let buttons = null;
let platform = null;
let limitsHost = null;
let accountInput = null;
let accountForm = null;
let note = null;
let shown = null;

export function setUpRisk() {
  platform = h('p', { class: 'kill-state', id: 'risk-state', role: 'status' });
  buttons = h('div', { class: 'row-actions' }, Object.keys(MODES).reverse().map((mode) => h('button', {
    type: 'button',
    id: `risk-${mode.toLowerCase()}`,
    class: `button large ${mode === 'HALTED' ? 'danger' : mode === 'NORMAL' ? 'primary' : ''}`,
    'data-mode': mode,
    text: MODES[mode].verb,
    onclick: () => change(mode, null),
  })));
  states = h('tbody', { id: 'risk-states' });
  note = h('p', { class: 'message', role: 'alert', hidden: true });
  accountInput = h('input', { id: 'risk-account', name: 'account', list: 'risk-accounts', autocomplete: 'off', spellcheck: 'false', placeholder: 'trader1' });
  accountForm = h('form', {
    class: 'filters',
    'aria-label': 'Choose an account',
    onsubmit: (event) => {
      event.preventDefault();
      showLimits(accountInput.value.trim());
    },
  }, h('div', { class: 'field' }, h('label', { for: 'risk-account', text: 'Account' }), accountInput, h('datalist', { id: 'risk-accounts' })),
  h('div', { class: 'row-actions' }, h('button', { type: 'submit', class: 'button primary', text: 'Show limits' })));
  limitsHost = h('div', { id: 'risk-limits', class: 'limits' }, h('p', { class: 'empty', text: 'Choose an account to see and change its limits.' }));
  byId('view-risk').append(
    h('section', { class: 'panel', 'aria-labelledby': 'kill-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'kill-title', text: 'Kill switch' })),
      h('div', { class: 'kill' }, platform, buttons),
      h('div', { class: 'scroll' }, h('table', { class: 'table states' }, h('caption', { class: 'sr', text: 'Trading states' }),
        tableHead(['Scope', 'State', 'Reason', 'Set by', 'Since', '']), states))),
    h('section', { class: 'panel', 'aria-labelledby': 'limits-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'limits-title', text: 'Limits' })), accountForm, note, limitsHost));
}

export function startRisk() {
  poll.start();
}

export function stopRisk() {
  poll.stop();
  shown = null;
}

async function refreshStates() {
  const answer = await get('risk/kill-switch');
  const all = answer.items ?? answer;
  const whole = all.find((state) => state.scope === 'platform') ?? { mode: 'NORMAL' };
  setText(platform, MODES[whole.mode].word);
  setAttribute(platform, 'data-mode', whole.mode);
  for (const button of buttons.children) {
    button.disabled = button.dataset.mode === whole.mode;
  }
  states.replaceChildren(...all.map((state) => h('tr', {},
    h('th', { scope: 'row', text: state.scope === 'platform' ? 'Platform' : state.scope }),
    h('td', {}, h('span', { class: 'chip', 'data-tone': state.mode === 'NORMAL' ? 'good' : 'bad', text: MODES[state.mode].word })),
    h('td', { text: state.reason ?? '–' }),
    h('td', { text: state.updated_by ?? '–' }),
    h('td', { class: 'nowrap', text: dateTime(state.updated_at) }),
    h('td', { class: 'actions' }, state.scope === 'platform' || state.mode === 'NORMAL' ? null
      : h('button', { type: 'button', class: 'button small', text: 'Resume', onclick: () => change('NORMAL', state.scope) })))));
}

async function change(mode, accountId) {
  const target = accountId === null ? 'the whole platform' : `account ${accountId}`;
  const reason = await ask({
    title: `${MODES[mode].verb} for ${target}?`,
    text: `${MODES[mode].text} The change holds at once on every node and is audited.`,
    confirm: MODES[mode].verb,
    danger: mode === 'HALTED',
    reason: 'Reason',
  });
  if (reason === null) {
    return;
  }
  try {
    await post('risk/kill-switch', { account_id: accountId, mode, reason });
    toast(`${MODES[mode].done} for ${target}.`, 'good');
  } catch (error) {
    toast(explain(error), 'bad');
  } finally {
    poll.now();
    statusChanged();
  }
}

async function showLimits(account) {
  show(note, false);
  if (account === '') {
    accountInput.focus();
    return;
  }
  try {
    shown = await get('risk/limits', { account_id: account });
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
  h('table', { class: 'table limits-table' }, h('caption', { class: 'limits-caption', text: `Account ${shown.account_id}` }), tableHead(['Limit', 'Value', 'Unit']), h('tbody', {},
    LIMITS.map((limit) => line(limit.key, limit.label, limit.unit, shown[limit.key])),
    line('restricted_symbols', 'Restricted symbols', 'comma separated', (shown.restricted_symbols ?? []).join(', ')))),
  h('p', { class: 'muted small', text: `Version ${shown.version}${shown.updated_by ? `, last changed by ${shown.updated_by} at ${dateTime(shown.updated_at)}` : ', the platform’s defaults'}. An empty field means no limit.` }),
  h('div', { class: 'row-actions' },
    h('button', { type: 'submit', id: 'limits-save', class: 'button primary', text: 'Save limits' }),
    h('button', { type: 'button', class: 'button danger', text: 'Halt this account', onclick: () => change('HALTED', shown.account_id) })));
  limitsHost.replaceChildren(form);
}

async function save(inputs, errors) {
  const wanted = { ...shown };
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
  delete wanted.updated_by;
  delete wanted.updated_at;
  mark(inputs, errors, faults);
  if (Object.keys(faults).length > 0) {
    return;
  }
  try {
    shown = await put('risk/limits', wanted);
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
