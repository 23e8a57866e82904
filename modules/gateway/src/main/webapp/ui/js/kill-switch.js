/**
 * The kill switch: halt, reduce only, resume, for the whole platform or one account, each with a
 * reason. Who may resume is the server's rule (role risk); others don't get the button.
 */

import { explain, get, post } from './api.js';
import { h, setAttribute, setText, tableHead } from './dom.js';
import { dateTime } from './format.js';
import { ask, toast } from './notify.js';
import { Poll } from './poll.js';
import { session } from './session.js';
import { statusChanged } from './status.js';

const MODES = {
  HALTED: { action: 'halt', word: 'Halted', verb: 'Halt trading', done: 'Trading halted', text: 'Every new order is refused. Cancels still work.' },
  REDUCE_ONLY: { action: 'reduce', word: 'Reduce only', verb: 'Reduce only', done: 'Reduce only from now on', text: 'Only orders that make a position smaller are taken.' },
  NORMAL: { action: 'resume', word: 'Trading', verb: 'Resume trading', done: 'Trading resumed', text: 'Orders are taken again within the limits.' },
};

/** What to call a scope; accounts by name where one is known. */
let nameOf = (scope) => scope;
export const nameAccountsBy = (naming) => {
  nameOf = naming;
};

export class KillSwitch {
  #state = h('p', { class: 'kill-state', role: 'status' });
  #buttons = h('div', { class: 'row-actions' });
  #rows = h('tbody');
  #poll = new Poll(() => this.#refresh(), 3_000);

  /** @param {string} id start of the ids of its elements */
  constructor(id) {
    this.#state.id = `${id}-state`;
    this.#buttons.append(...Object.entries(MODES).map(([mode, { action, verb }]) => h('button', {
      type: 'button',
      id: `${id}-${action}`,
      class: `button large ${mode === 'HALTED' ? 'danger' : mode === 'NORMAL' ? 'primary' : ''}`,
      'data-mode': mode,
      text: verb,
      onclick: () => this.change(mode, null),
    })));
    this.element = h('section', { class: 'panel', 'aria-labelledby': `${id}-title` },
      h('header', { class: 'panel-head' }, h('h2', { id: `${id}-title`, text: 'Kill switch' })),
      h('div', { class: 'kill' }, this.#state, this.#buttons),
      h('div', { class: 'scroll' }, h('table', { class: 'table states' }, h('caption', { class: 'sr', text: 'Trading states' }),
        tableHead(['Scope', 'State', 'Reason', 'Set by', 'Since', '']), this.#rows)));
  }

  start() {
    this.#poll.start();
  }

  stop() {
    this.#poll.stop();
  }

  async #refresh() {
    const { trading } = await get('status');
    const platform = trading.find((state) => state.scope === 'platform');
    setText(this.#state, MODES[platform.mode].word);
    setAttribute(this.#state, 'data-mode', platform.mode);
    for (const button of this.#buttons.children) {
      const { mode } = button.dataset;
      button.disabled = mode === platform.mode;
      button.hidden = mode === 'NORMAL' && !session.has('risk');
    }
    this.#rows.replaceChildren(...trading.map((state) => h('tr', {},
      h('th', { scope: 'row', text: state.scope === 'platform' ? 'Platform' : nameOf(state.scope) }),
      h('td', {}, h('span', { class: 'chip', 'data-tone': state.mode === 'NORMAL' ? 'good' : 'bad', text: MODES[state.mode].word })),
      h('td', { class: 'breakable', text: state.reason ?? '–' }),
      h('td', { text: state.updated_by ?? '–' }),
      h('td', { class: 'nowrap', text: dateTime(state.updated_at) }),
      h('td', { class: 'actions' }, state.scope === 'platform' || state.mode === 'NORMAL' || !session.has('risk') ? null
        : h('button', { type: 'button', class: 'button small', text: 'Resume', onclick: () => this.change('NORMAL', state.scope) })))));
  }

  /** Asks for the reason, then sets the mode; accountId null means the whole platform. */
  async change(mode, accountId) {
    const target = accountId === null ? 'the whole platform' : `account ${nameOf(accountId)}`;
    const { action, verb, text, done } = MODES[mode];
    const reason = await ask({
      title: `${verb} for ${target}?`,
      text: `${text} The change holds at once on every node and is audited.`,
      confirm: verb,
      danger: mode === 'HALTED',
      reason: 'Reason',
    });
    if (reason === null) {
      return;
    }
    try {
      await post('risk/kill-switch', { action, reason, ...(accountId === null ? {} : { account_id: accountId }) });
      toast(`${done} for ${target}.`, 'good');
    } catch (error) {
      toast(explain(error), 'bad');
    } finally {
      this.#poll.now();
      statusChanged();
    }
  }
}
