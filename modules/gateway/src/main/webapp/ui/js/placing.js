/**
 * Sends one order so that it is placed once: the client_order_id is made before the first try and
 * every further try carries the same one, so the server answers a repeat with the stored outcome.
 */

import { ConnectionLost, Problem, postWithStatus } from './api.js';

const TRIES = 3;
const TIMEOUT_MILLIS = 6_000;

/**
 * An id no other order has. randomUUID exists only on secure origins (https, localhost); a server
 * reached by plain http over a network gets the same from getRandomValues.
 */
export function newClientOrderId() {
  if (typeof crypto.randomUUID === 'function') {
    return crypto.randomUUID();
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** All tries ended without an answer: the order may or may not stand on the server. */
export class OutcomeUnknown extends Error {
  constructor(cause) {
    super('No answer. The order may or may not have been placed.', { cause });
    this.name = 'OutcomeUnknown';
  }
}

/**
 * Places the order, trying again while no answer comes.
 *
 * @param {object} order with its client_order_id
 * @param {(nextTry: number) => void} onRetry told before each further try
 * @returns {Promise<{order: object, repeated: boolean}>} the stored order
 * @throws {Problem} when the server refused the request itself; nothing was stored
 * @throws {OutcomeUnknown} when no try got an answer
 */
export async function place(order, onRetry) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { status, body } = await postWithStatus('orders/place', order, { timeout: TIMEOUT_MILLIS });
      return { order: body, repeated: status === 200 };
    } catch (error) {
      const undecided = error instanceof ConnectionLost || (error instanceof Problem && error.temporary);
      if (!undecided) {
        throw error;
      }
      if (attempt === TRIES) {
        throw new OutcomeUnknown(error);
      }
      const seconds = Math.min(error.retryAfterSeconds ?? attempt, 5);
      onRetry(attempt + 1);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}
