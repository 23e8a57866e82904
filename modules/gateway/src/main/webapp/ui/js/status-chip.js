/** An order's state as a small labelled chip; the words carry the meaning, the colour only helps. */

import { h, setAttribute, setText } from './dom.js';
import { words } from './format.js';

const WORKING = new Set(['NEW', 'PARTIALLY_FILLED', 'REPLACED', 'PENDING_CANCEL', 'PENDING_REPLACE', 'SUSPENDED']);
const TONES = { FILLED: 'good', REJECTED: 'bad', CANCELED: 'off', EXPIRED: 'off' };

export const isWorking = (status) => WORKING.has(status);

export function statusChip(status) {
  const chip = h('span', { class: 'chip' });
  updateStatusChip(chip, status);
  return chip;
}

export function updateStatusChip(chip, status) {
  setText(chip, status === 'NEW' ? 'Working' : words(status));
  setAttribute(chip, 'data-tone', TONES[status] ?? 'busy');
  setAttribute(chip, 'data-status', status);
}
