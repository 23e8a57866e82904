/** The operator's view: each part's readiness, and the platform's figures. */

import { explain, get, health } from './api.js';
import { byId, h, setAttribute, setText, show } from './dom.js';
import { count, price, time, words } from './format.js';
import { Poll } from './poll.js';

const PROBES = [
  { path: 'health/live', label: 'Live', hint: 'the process answers' },
  { path: 'health/ready', label: 'Ready', hint: 'orders can be taken' },
  { path: 'health/started', label: 'Started', hint: 'start-up is done' },
];

const poll = new Poll(refresh, 3_000);
let probes = null;
let checks = null;
let metrics = null;
let state = null;
let at = null;
let fault = null;

export function setUpOps() {
  probes = h('div', { class: 'probes' });
  checks = h('div', { class: 'checks', id: 'ops-checks' });
  metrics = h('div', { class: 'figures', id: 'ops-metrics' });
  state = h('div', { class: 'figures', id: 'ops-status' });
  at = h('span', { class: 'muted' });
  fault = h('p', { class: 'message', role: 'alert', hidden: true });
  byId('view-ops').append(
    h('section', { class: 'panel', 'aria-labelledby': 'ops-health' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'ops-health', text: 'Health' }), at), fault, probes, checks),
    h('section', { class: 'panel', 'aria-labelledby': 'ops-state' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'ops-state', text: 'Status' })), state),
    h('section', { class: 'panel', 'aria-labelledby': 'ops-figures' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'ops-figures', text: 'Metrics' }),
        h('a', { class: 'button quiet', href: '/metrics', target: '_blank', rel: 'noopener', text: 'Prometheus text' })), metrics));
}

export const startOps = () => poll.start();
export const stopOps = () => poll.stop();

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
    checks.replaceChildren(...(ready.value.checks ?? []).map(checkCard));
  }
  if (figures.status === 'fulfilled') {
    drawTree(metrics, figures.value);
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
    h('dl', {}, Object.entries(check.data ?? {}).map(([key, value]) =>
      h('div', {}, h('dt', { text: words(key) }), h('dd', { text: scalar(value) })))));
  setAttribute(card, 'data-state', check.status === 'UP' ? 'up' : 'down');
  return card;
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
    const label = Array.isArray(value) && inner !== null && typeof inner === 'object' && inner.name ? inner.name : words(key);
    return leaves(inner, path ? `${path} · ${label}` : label);
  });
}

function scalar(value) {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? count(value) : price(value);
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  return value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
