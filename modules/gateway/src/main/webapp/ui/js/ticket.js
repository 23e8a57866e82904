/**
 * The order ticket: checks the form's shape, shows what the order would cost, sends it once and
 * says what became of it. Whether an order may trade is the server's word alone.
 */

import { Problem, SessionOver, explain } from './api.js';
import { accountChanged, accountSummary, onAccount } from './account.js';
import { byId, h, setAttribute, setText, show } from './dom.js';
import { count, isOnTick, onTick, parseDecimal, parseWhole, plainPrice, price, rupees, stepTick, words } from './format.js';
import { toast } from './notify.js';
import { OutcomeUnknown, newClientOrderId, place } from './placing.js';
import { allInstruments, instrument, onQuotes, quote } from './quotes.js';
import { session } from './session.js';
import { statusChip } from './status-chip.js';

/** Fields of the contract and the inputs that show their errors. */
const FIELDS = {
  symbol: 'ticket-symbol',
  order_type: 'ticket-type',
  product: 'ticket-product',
  quantity: 'ticket-quantity',
  price: 'ticket-price',
  validity: 'ticket-validity',
};

let form = null;
let priceTouched = false;
let busy = false;
/** An order whose outcome is unknown; nothing else is sent until the person settles it. */
let unsettled = null;
let chosen = () => {};
let placed = () => {};

/**
 * @param {(symbol: string) => void} onChosen the person chose another symbol in the ticket
 * @param {(order: object) => void} onPlaced an order was stored, whatever its status
 */
export function setUpTicket(onChosen, onPlaced) {
  chosen = onChosen;
  placed = onPlaced;
  form = byId('ticket');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  form.symbol.addEventListener('change', () => chosen(form.symbol.value));
  for (const radio of form.side) {
    radio.addEventListener('change', () => refill());
  }
  form.order_type.addEventListener('change', () => refill());
  form.price.addEventListener('input', () => {
    priceTouched = true;
    clearError('price');
    refresh();
  });
  form.price.addEventListener('keydown', (event) => step(event, () => {
    const now = parseDecimal(form.price.value);
    return now === null ? null : (steps) => plainPrice(stepTick(now, tick(), steps));
  }));
  form.quantity.addEventListener('input', () => {
    clearError('quantity');
    refresh();
  });
  form.quantity.addEventListener('keydown', (event) => step(event, () => {
    const now = parseWhole(form.quantity.value);
    return now === null ? null : (steps) => String(Math.max(lot(), now + steps * lot()));
  }));
  byId('ticket-bid').addEventListener('click', () => usePrice('bid'));
  byId('ticket-ask').addEventListener('click', () => usePrice('ask'));
  onQuotes(refresh);
  onAccount(refresh);
}

/** Fills the list of symbols once the instruments are known. */
export function listTicketSymbols() {
  form.symbol.replaceChildren(...allInstruments().map((known) =>
    h('option', { value: known.symbol, text: known.symbol })));
}

/** Shows a symbol in the ticket, and a side when one is given. */
export function showInTicket(symbol, side = null) {
  const another = form.symbol.value !== symbol;
  form.symbol.value = symbol;
  if (side) {
    form.side.value = side;
  }
  if (another) {
    clearErrors();
    if (!unsettled) {
      byId('ticket-outcome').replaceChildren();
    }
  }
  refill(another);
}

/** Puts the ticket to the fore for typing. */
export function focusTicket() {
  form.quantity.focus();
  form.quantity.select();
}

const tick = () => Number(instrument(form.symbol.value)?.tick_size ?? 0.05);
const lot = () => Number(instrument(form.symbol.value)?.lot_size ?? 1);
const limited = () => form.order_type.value === 'LIMIT';

/** A price the person hasn't typed follows the market: what they would trade at now. */
function refill(another = false) {
  if (another) {
    priceTouched = false;
  }
  form.price.disabled = !limited();
  if (!limited()) {
    form.price.value = '';
    priceTouched = false;
    clearError('price');
  } else if (!priceTouched) {
    const now = quote(form.symbol.value);
    if (now) {
      form.price.value = plainPrice(onTick(form.side.value === 'BUY' ? now.ask : now.bid, tick()));
    }
  }
  refresh();
}

function usePrice(which) {
  const now = quote(form.symbol.value);
  if (now) {
    form.order_type.value = 'LIMIT';
    form.price.disabled = false;
    form.price.value = plainPrice(onTick(now[which], tick()));
    priceTouched = true;
    clearError('price');
    refresh();
    form.price.focus();
  }
}

function step(event, stepper) {
  const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
  const next = steps && stepper();
  if (next) {
    event.preventDefault();
    event.target.value = next(steps);
    event.target.dispatchEvent(new Event('input'));
  }
}

function refresh() {
  const symbol = form.symbol.value;
  const side = form.side.value;
  const now = quote(symbol);
  const submitButton = byId('ticket-submit');
  setAttribute(form, 'data-side', side);
  submitButton.className = `button wide ${side.toLowerCase()}`;
  const shares = parseWhole(form.quantity.value);
  setText(submitButton, busy ? 'Sending' : `${side === 'BUY' ? 'Buy' : 'Sell'} ${shares === null ? '' : `${count(shares)} `}${symbol}`);
  submitButton.disabled = busy || unsettled !== null || symbol === '';
  for (const [id, key] of [['ticket-bid', 'bid'], ['ticket-ask', 'ask']]) {
    const [, value, size] = byId(id).children;
    setText(value, price(now?.[key]));
    setText(size, now?.[`${key}_size`] === undefined ? '' : `${count(now[`${key}_size`])} shares`);
  }
  setText(byId('ticket-quantity-hint'), `Lots of ${lot()}`);
  setText(byId('ticket-price-hint'), limited() ? `Tick ${plainPrice(tick())}` : 'At the market');
  const at = limited() ? parseDecimal(form.price.value) : side === 'BUY' ? now?.ask : now?.bid;
  setText(byId('ticket-value'), shares === null || !at ? '–' : rupees(shares * at));
  setText(byId('ticket-cash'), rupees(accountSummary()?.available_cash));
}

/** What the form's shape alone can tell; the server's checks come after. */
function check() {
  const faults = {};
  const shares = parseWhole(form.quantity.value);
  if (shares === null || shares < 1) {
    faults.quantity = 'Enter a whole number of shares, 1 or more.';
  } else if (shares % lot() !== 0) {
    faults.quantity = `Enter a multiple of ${lot()}.`;
  }
  if (limited()) {
    const limit = parseDecimal(form.price.value);
    if (limit === null || limit <= 0) {
      faults.price = 'Enter a price above 0.';
    } else if (!isOnTick(limit, tick())) {
      faults.price = `Prices go in steps of ${plainPrice(tick())}. Nearest: ${plainPrice(onTick(limit, tick()))}.`;
    }
  }
  return faults;
}

async function submit() {
  if (busy || unsettled) {
    return;
  }
  clearErrors();
  const faults = check();
  if (Object.keys(faults).length > 0) {
    showErrors(faults);
    return;
  }
  await send({
    client_order_id: newClientOrderId(),
    ...(session.account === null ? {} : { account_id: session.account }),
    symbol: form.symbol.value,
    side: form.side.value,
    order_type: form.order_type.value,
    quantity: parseWhole(form.quantity.value),
    price: limited() ? parseDecimal(form.price.value) : null,
    trigger_price: null,
    product: form.product.value,
    validity: form.validity.value,
    tag: 'web',
  });
}

async function send(order) {
  busy = true;
  unsettled = null;
  refresh();
  say(h('p', { class: 'muted', text: 'Sending the order.' }));
  try {
    const outcome = await place(order, (next) =>
      say(h('p', { class: 'muted', text: `No answer yet. Trying again with the same order id (try ${next}).` })));
    showOutcome(outcome.order, outcome.repeated);
    priceTouched = false;
    placed(outcome.order);
  } catch (error) {
    if (error instanceof OutcomeUnknown) {
      unsettled = order;
      askToSettle(order, error);
    } else if (error instanceof SessionOver || error.status === 401) {
      byId('ticket-outcome').replaceChildren();
    } else {
      showProblem(error);
    }
  } finally {
    busy = false;
    refresh();
    accountChanged();
  }
}

function say(...content) {
  byId('ticket-outcome').replaceChildren(...content);
}

/** The order's fate in one box. A rejection names its code and reason. */
function showOutcome(order, repeated) {
  const what = `${words(order.side)} ${count(order.quantity)} ${order.symbol}`;
  const box = h('div', { class: `outcome-box ${order.status === 'REJECTED' ? 'bad' : 'good'}`, 'data-status': order.status },
    h('p', { class: 'outcome-head' }, statusChip(order.status), h('b', { text: what })));
  if (order.status === 'REJECTED') {
    box.append(h('p', {}, h('code', { class: 'reject-code', text: order.reject_code }), ' ', h('span', { class: 'reject-reason', text: order.reject_reason })));
  } else {
    if (order.filled_quantity > 0) {
      box.append(h('p', { text: `${count(order.filled_quantity)} filled at ${price(order.average_price)} on average.` }));
    }
    if (order.leaves_quantity > 0) {
      box.append(h('p', { text: `${count(order.leaves_quantity)} working${order.price === null ? '' : ` at ${price(order.price)}`}.` }));
    }
  }
  if (repeated) {
    box.append(h('p', { class: 'muted', text: 'The server had this order already; nothing was placed twice.' }));
  }
  say(box);
}

function askToSettle(order, error) {
  say(h('div', { class: 'outcome-box warn' },
    h('p', { class: 'outcome-head' }, h('b', { text: error.message })),
    h('p', { text: `${explain(error.cause)} Sending it again is safe: it carries the same order id, so it can’t be placed twice.` }),
    h('div', { class: 'row-actions' },
      h('button', { type: 'button', class: 'button primary', text: 'Send again', onclick: () => send(order) }),
      h('button', {
        type: 'button',
        class: 'button',
        text: 'Leave it',
        onclick: () => {
          unsettled = null;
          say(h('p', { class: 'muted', text: 'Left. Look for it under Orders before you place it anew.' }));
          placed(null);
          refresh();
        },
      }))));
}

function showProblem(error) {
  const faults = {};
  const others = [];
  for (const fault of error.errors ?? []) {
    if (FIELDS[fault.field] && !faults[fault.field]) {
      faults[fault.field] = fault.message;
    } else {
      others.push(`${fault.field}: ${fault.message}`);
    }
  }
  if (error instanceof Problem && error.status === 422 && others.length === 0 && Object.keys(faults).length === 0) {
    faults.symbol = error.message;
  }
  showErrors(faults);
  say(h('div', { class: 'outcome-box bad', role: 'alert' },
    h('p', { class: 'outcome-head' }, h('b', { text: 'Not placed' })),
    h('p', { text: explain(error) }),
    others.map((text) => h('p', { text })),
    error.traceId ? h('p', { class: 'muted small', text: `Trace ${error.traceId}` }) : null));
  toast('The order was not placed.', 'bad');
}

function showErrors(faults) {
  let first = null;
  for (const [field, message] of Object.entries(faults)) {
    const input = byId(FIELDS[field]);
    const place = byId(`${FIELDS[field]}-error`);
    setText(place, sentence(message));
    show(place, true);
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-errormessage', place.id);
    first ??= input;
  }
  first?.focus();
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function clearError(field) {
  const input = byId(FIELDS[field]);
  input.removeAttribute('aria-invalid');
  input.removeAttribute('aria-errormessage');
  show(byId(`${FIELDS[field]}-error`), false);
}

const clearErrors = () => Object.keys(FIELDS).forEach(clearError);

/** Forgets everything; for the next person at this screen. */
export function resetTicket() {
  unsettled = null;
  busy = false;
  form.reset();
  clearErrors();
  priceTouched = false;
  byId('ticket-outcome').replaceChildren();
  refill(true);
}
