/** The operator's view: each part's readiness, and the platform's figures. */

import { explain, get, health } from './api.js';
import { byId, h, KeyedRows, setAttribute, setText, show, tableHead } from './dom.js';
import { count, dateTime, price, time, words } from './format.js';
import { KillSwitch } from './kill-switch.js';
import { Poll } from './poll.js';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const SIGNIFICANT = new Intl.NumberFormat('en-IN', { maximumSignificantDigits: 4 });

const PROBES = [
  { path: 'health/live', label: 'Live', hint: 'the process answers' },
  { path: 'health/ready', label: 'Ready', hint: 'orders can be taken' },
  { path: 'health/started', label: 'Started', hint: 'start-up is done' },
];

const killSwitch = new KillSwitch('ops-kill');
const poll = new Poll(refresh, 3_000);
let probes = null;
let checks = null;
let rows = null;
let search = null;
let empty = null;
let metrics = [];
let state = null;
let at = null;
let fault = null;

export function setUpOps() {
  probes = h('div', { class: 'probes' });
  checks = h('div', { class: 'checks', id: 'ops-checks' });
  const body = h('tbody', { id: 'ops-metrics' });
  rows = new KeyedRows(body, (metric) => metric.name + tagText(metric.tags), createRow, updateRow);
  search = h('input', {
    type: 'search', class: 'search', placeholder: 'Filter', 'aria-label': 'Filter metrics', autocomplete: 'off', spellcheck: 'false', oninput: drawMetrics,
  });
  empty = h('p', { class: 'empty', hidden: true, text: 'No metric matches.' });
  state = h('div', { class: 'figures', id: 'ops-status' });
  at = h('span', { class: 'muted' });
  fault = h('p', { class: 'message', role: 'alert', hidden: true });
  byId('view-ops').append(
    h('section', { class: 'panel', 'aria-labelledby': 'ops-health' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'ops-health', text: 'Health' }), at), fault, probes, checks),
    killSwitch.element,
    h('section', { class: 'panel', 'aria-labelledby': 'ops-state' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'ops-state', text: 'Status' })), state),
    h('section', { class: 'panel', 'aria-labelledby': 'ops-figures' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'ops-figures', text: 'Metrics of this node' }), search,
        h('a', { class: 'button quiet', href: '/metrics', target: '_blank', rel: 'noopener', text: 'Prometheus text' })),
      h('table', { class: 'table metrics' }, h('caption', { class: 'sr', text: 'Metrics since this node started' }),
        tableHead(['Name', 'Tags', ['Kind', 'wide-only'], ['Value or count', 'num'], ['Mean', 'num desk'], ['Max', 'num desk']]), body), empty));
}

export function startOps() {
  killSwitch.start();
  poll.start();
}

export function stopOps() {
  killSwitch.stop();
  poll.stop();
}

async function refresh() {
  const [live, ready, started, figures, status] = await Promise.allSettled(
    [...PROBES.map((probe) => health(probe.path)), get('metrics'), get('status')]);
  const answers = [live, ready, started];
  probes.replaceChildren(...PROBES.map((probe, index) => {
    const answer = answers[index];
    const word = answer.status === 'fulfilled' ? answer.value.status : 'NO ANSWER';
    return h('div', { class: 'probe', 'data-state': word === 'UP' ? 'up' : 'down', 'data-probe': probe.path },
      h('b', { text: probe.label }), h('span', { text: word }), h('small', { class: 'muted', text: probe.hint }));
  }));
  if (ready.status === 'fulfilled') {
    checks.replaceChildren(...[...(ready.value.checks ?? [])].sort((a, b) => a.name.localeCompare(b.name)).map(checkCard));
  }
  if (figures.status === 'fulfilled') {
    metrics = figures.value.metrics;
    drawMetrics();
  }
  if (status.status === 'fulfilled') {
    drawTree(state, status.value);
  }
  setText(at, `Read at ${time(Date.now())}`);
  const failed = [figures, status].find((answer) => answer.status === 'rejected');
  show(fault, failed !== undefined);
  if (failed) {
    setText(fault, explain(failed.reason));
    throw failed.reason;
  }
}

function checkCard(check) {
  const card = h('article', { class: 'check', 'data-check': check.name },
    h('h3', {}, h('span', { class: 'dot', 'aria-hidden': 'true' }), check.name, h('span', { class: 'check-state', text: check.status })),
    h('dl', {}, Object.entries(check.data ?? {}).sort(([a], [b]) => a.localeCompare(b)).map(([key, value]) =>
      h('div', {}, h('dt', { text: words(key) }), h('dd', { text: scalar(value) })))));
  setAttribute(card, 'data-state', check.status === 'UP' ? 'up' : 'down');
  return card;
}

function drawMetrics() {
  const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = metrics.filter((metric) => {
    const text = `${metric.name} ${tagText(metric.tags)}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  rows.render(shown);
  show(empty, shown.length === 0);
}

const tagText = (tags) => Object.entries(tags ?? {}).map(([name, value]) => `${name}=${value}`).join(' ');

function createRow(metric) {
  const cells = [h('td', { class: 'num' }), h('td', { class: 'num desk' }), h('td', { class: 'num desk' })];
  const row = h('tr', { 'data-metric': metric.name },
    h('th', { scope: 'row', class: 'breakable', text: metric.name }),
    h('td', { class: 'muted breakable', text: tagText(metric.tags) }),
    h('td', { class: 'muted wide-only', text: metric.type }), cells);
  return { elements: [row], cells };
}

function updateRow({ cells }, metric) {
  [metric.value, metric.mean, metric.max].forEach((value, index) => setText(cells[index], measure(value)));
}

/** Figures from microseconds to millions: whole numbers grouped, others by four significant digits. */
function measure(value) {
  if (typeof value !== 'number') {
    return '–';
  }
  return Number.isInteger(value) ? count(value) : SIGNIFICANT.format(value);
}

/** Any JSON object as groups of name and value: what the server adds later shows up by itself. */
function drawTree(place, tree) {
  const plain = [];
  const groups = [];
  for (const [key, value] of Object.entries(tree)) {
    if (value !== null && typeof value === 'object') {
      groups.push([words(key), leaves(value, '')]);
    } else {
      plain.push([words(key), scalar(value)]);
    }
  }
  if (plain.length > 0) {
    groups.unshift(['General', plain]);
  }
  place.replaceChildren(...groups.filter(([, pairs]) => pairs.length > 0).map(([title, pairs]) =>
    h('article', { class: 'figure-group' }, h('h3', { text: title }),
      h('dl', {}, pairs.map(([label, value]) => h('div', {}, h('dt', { text: label }), h('dd', { text: value })))))));
}

function leaves(value, path) {
  if (value === null || typeof value !== 'object') {
    return [[path || 'Value', scalar(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const { name, scope, ...others } = Array.isArray(value) && inner !== null && typeof inner === 'object' ? inner : {};
    const named = name ?? scope;
    const label = named ?? words(key);
    return leaves(named === undefined ? inner : others, path ? `${path} · ${label}` : label);
  });
}

function scalar(value) {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? count(value) : price(value);
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  if (INSTANT.test(value)) {
    return dateTime(value);
  }
  return value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
