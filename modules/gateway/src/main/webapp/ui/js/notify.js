/**
 * Short messages that pass, announced to screen readers, and the one modal dialog for questions
 * that must be answered before something consequential happens.
 */

import { byId, h } from './dom.js';

const SHOWN_MILLIS = 6_000;

/** @param {'good'|'bad'|'plain'} kind */
export function toast(text, kind = 'plain') {
  const toasts = byId('toasts');
  const element = h('div', { class: `toast ${kind}`, text });
  toasts.append(element);
  while (toasts.children.length > 3) {
    toasts.firstChild.remove();
  }
  setTimeout(() => element.remove(), SHOWN_MILLIS);
}

/**
 * Asks before doing; resolves to the reason the person typed, or null when they backed out.
 *
 * @param {{title: string, text: string, confirm: string, danger?: boolean, reason?: string}} question
 *     with `reason` as the label of a required text, or without one to ask for none ('' is returned)
 */
export function ask({ title, text, confirm, danger = false, reason = null }) {
  const dialog = byId('dialog');
  return new Promise((resolve) => {
    let answer = null;
    const error = h('p', { class: 'field-error', id: 'dialog-reason-error', hidden: true, text: 'Please say why.' });
    const input = h('textarea', {
      id: 'dialog-reason', rows: 3, maxlength: 500, 'aria-describedby': 'dialog-reason-error',
    });
    const form = h('form', {
      method: 'dialog',
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        const typed = input.value.trim();
        if (reason !== null && typed === '') {
          error.hidden = false;
          input.setAttribute('aria-invalid', 'true');
          input.focus();
          return;
        }
        answer = typed;
        dialog.close();
      },
    },
    h('h2', { id: 'dialog-title', text: title }),
    h('p', { text }),
    reason === null ? null : h('div', { class: 'field' }, h('label', { for: 'dialog-reason', text: reason }), input, error),
    h('div', { class: 'dialog-actions' },
      h('button', { type: 'button', class: 'button', text: 'Back', onclick: () => dialog.close() }),
      h('button', { type: 'submit', id: 'dialog-confirm', class: `button ${danger ? 'danger' : 'primary'}`, text: confirm })));
    dialog.replaceChildren(form);
    dialog.addEventListener('close', () => resolve(answer), { once: true });
    dialog.showModal();
    if (reason !== null) {
      input.focus();
    }
  });
}
