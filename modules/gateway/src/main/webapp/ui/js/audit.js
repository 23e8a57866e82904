/** The auditor's view: the trail with filters, and the check that nobody changed it. */

import { ConnectionLost, explain, get } from './api.js';
import { byId, h, replace, setText, show, tableHead } from './dom.js';
import { count, dateTime, words } from './format.js';

const PAGE = 50;
const VERIFY_TIMEOUT_MILLIS = 300_000;

let rows = null;
let more = null;
let empty = null;
let note = null;
let form = null;
let result = null;
let verify = null;
let cursor = null;
let asked = 0;

export function setUpAudit() {
  verify = h('button', { type: 'button', id: 'audit-verify', class: 'button primary large', text: 'Verify the trail', onclick: runVerify });
  result = h('div', { id: 'audit-result', class: 'verify-result', role: 'status', 'aria-live': 'polite' },
    h('p', { class: 'muted', text: 'Reads every entry and compares every hash and link.' }));
  const field = (name, label, attributes = {}) => h('div', { class: 'field' },
    h('label', { for: `audit-${name}`, text: label }),
    h('input', { id: `audit-${name}`, name, autocomplete: 'off', spellcheck: 'false', ...attributes }));
  form = h('form', {
    class: 'filters',
    'aria-label': 'Filter the trail',
    onsubmit: (event) => {
      event.preventDefault();
      load(false);
    },
    onreset: () => setTimeout(() => load(false)),
  },
  field('actor', 'Who', { placeholder: 'trader1' }),
  field('action', 'Action', { placeholder: 'any' }),
  field('entity_id', 'Entity id', { placeholder: 'order, account …' }),
  field('account_id', 'Account id'),
  field('from', 'From', { type: 'datetime-local', step: 1 }),
  field('to', 'To', { type: 'datetime-local', step: 1 }),
  h('div', { class: 'row-actions' },
    h('button', { type: 'submit', class: 'button primary', text: 'Search' }),
    h('button', { type: 'reset', class: 'button', text: 'Clear' })));
  rows = h('tbody', { id: 'audit-rows' });
  empty = h('p', { class: 'empty', hidden: true, text: 'No entry matches.' });
  note = h('p', { class: 'message', role: 'alert', hidden: true });
  more = h('button', { type: 'button', class: 'button quiet more', hidden: true, text: 'Older entries', onclick: () => load(true) });
  byId('view-audit').append(
    h('section', { class: 'panel verify', 'aria-labelledby': 'verify-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'verify-title', text: 'Is the trail intact?' })),
      h('div', { class: 'verify-body' }, verify, result)),
    h('section', { class: 'panel', 'aria-labelledby': 'audit-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'audit-title', text: 'Audit log' })),
      form, note,
      h('div', { class: 'scroll' },
        h('table', { class: 'table audit' }, h('caption', { class: 'sr', text: 'Audit entries, newest first' }),
          tableHead(['Time', 'Who', 'Action', 'Entity', ['Chain', 'num wide-only'], ['Block', 'num wide-only'], ['Hash', 'wide-only']]), rows),
        empty, more)));
}

export const startAudit = () => load(false);

export function stopAudit() {
  asked += 1;
  rows.replaceChildren();
  form.querySelectorAll('input').forEach((input) => {
    input.value = '';
  });
}

async function load(further) {
  asked += 1;
  const mine = asked;
  const query = { limit: PAGE };
  for (const [name, value] of new FormData(form)) {
    if (value.trim() !== '') {
      query[name] = name === 'from' || name === 'to' ? new Date(value).toISOString() : value.trim();
    }
  }
  if (further) {
    query.cursor = cursor;
  }
  show(note, false);
  try {
    const page = await get('audit/log', query);
    if (mine !== asked) {
      return;
    }
    cursor = page.next_cursor ?? null;
    const added = page.items.flatMap(entryRows);
    if (further) {
      rows.append(...added);
    } else {
      rows.replaceChildren(...added);
    }
    show(empty, rows.children.length === 0);
    show(more, cursor !== null);
  } catch (error) {
    if (mine === asked) {
      setText(note, [explain(error), ...(error.errors ?? []).map((fault) => `${fault.field}: ${fault.message}`)].join(' '));
      show(note, true);
    }
  }
}

function entryRows(entry) {
  const detailsId = `audit-${entry.id}`;
  const details = h('tr', { class: 'details', id: detailsId, hidden: true }, h('td', { colspan: 7 },
    h('div', { class: 'detail' },
      h('dl', { class: 'pairs' }, [['Entry', entry.id], ['Entity', entry.entity_id], ['Account', entry.account_id], ['Place in block', entry.index], ['SHA-256', entry.hash]]
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([label, value]) => h('div', {}, h('dt', { text: label }), h('dd', { class: 'breakable', text: value })))),
      h('pre', { class: 'json', text: pretty(entry.detail) }))));
  const toggle = h('button', {
    type: 'button',
    class: 'disclose',
    'aria-expanded': 'false',
    'aria-controls': detailsId,
    'aria-label': `Detail of ${entry.action}`,
    onclick: () => {
      show(details, details.hidden);
      toggle.setAttribute('aria-expanded', !details.hidden);
    },
  });
  const row = h('tr', { 'data-entry': entry.id },
    h('td', { class: 'nowrap', title: entry.at }, toggle, dateTime(entry.at)),
    h('td', { text: entry.actor }),
    h('th', { scope: 'row', text: entry.action }),
    h('td', {}, h('span', { text: words(entry.entity_type ?? '') }), ' ', h('small', { class: 'muted', text: entry.entity_id ?? '' })),
    h('td', { class: 'num wide-only', text: entry.chain }),
    h('td', { class: 'num wide-only', text: entry.block }),
    h('td', { class: 'muted wide-only' }, h('code', { text: String(entry.hash ?? '').slice(0, 12) })));
  return [row, details];
}

function pretty(detail) {
  try {
    return JSON.stringify(typeof detail === 'string' ? JSON.parse(detail) : detail, null, 2);
  } catch {
    return String(detail);
  }
}

async function runVerify() {
  verify.disabled = true;
  setText(verify, 'Verifying');
  const progress = h('p', { class: 'muted', text: 'Reading the whole trail.' });
  result.replaceChildren(progress);
  try {
    const last = await get('audit/verify', {}, {
      timeout: VERIFY_TIMEOUT_MILLIS,
      onLine: (line) => {
        if (line.progress?.total) {
          setText(progress, `Read ${count(line.progress.entries)} of about ${count(line.progress.total)} entries.`);
        }
      },
    });
    const found = last?.verification;
    if (!found) {
      throw new ConnectionLost();
    }
    replace(result,
      h('p', { class: `verdict ${found.intact ? 'good' : 'bad'}`, 'data-intact': found.intact, text: found.intact ? '✓ Intact' : '✗ Not intact' }),
      h('p', { text: `${count(found.entries)} entries in ${count(found.blocks)} blocks on ${count(found.chains)} chains, checked in ${(found.duration_millis / 1000).toFixed(2)} s.` }),
      h('p', { text: `${count(found.leaves)} of them in the Merkle tree; ${count(found.checkpoints)} checkpoints kept outside of the database compared.` }),
      found.breaks.length === 0 ? null : h('table', { class: 'table inner' }, tableHead([['Chain', 'num'], ['Block', 'num'], 'Entry', 'What is wrong']),
        h('tbody', {}, found.breaks.map((fault) => h('tr', {},
          h('td', { class: 'num', text: fault.chain }), h('td', { class: 'num', text: fault.block }),
          h('td', { text: fault.entry_id ?? '–' }), h('td', { text: fault.what }))))));
  } catch (error) {
    result.replaceChildren(h('p', { class: 'verdict bad', text: 'Not verified' }), h('p', { text: explain(error) }));
  } finally {
    verify.disabled = false;
    setText(verify, 'Verify the trail');
  }
}
