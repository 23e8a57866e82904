/**
 * Puts the page together: signing in and out, which views a role has, and what a chosen symbol or a
 * placed order means for the other parts. Views don't know each other; they meet here.
 */

import { ConnectionLost, Problem, explain, post } from './api.js';
import { accountChanged, setUpAccount, startAccount, stopAccount } from './account.js';
import { setUpAudit, startAudit, stopAudit } from './audit.js';
import { setUpChart, showChart, stopChart } from './chart.js';
import { byId, h, setText, show } from './dom.js';
import { setUpOps, startOps, stopOps } from './ops.js';
import { ordersChanged, setUpOrders, startOrders, stopOrders } from './orders.js';
import { positionsChanged, setUpPositions, startPositions, stopPositions } from './positions.js';
import { allInstruments, startQuotes, stopQuotes } from './quotes.js';
import { setUpRisk, startRisk, stopRisk } from './risk.js';
import { begin, end, onSession, session } from './session.js';
import { setUpStatus, startStatus, stopStatus } from './status.js';
import { setUpTabs } from './tabs.js';
import { focusTicket, listTicketSymbols, resetTicket, setUpTicket, showInTicket } from './ticket.js';
import { setUpTrades, startTrades, stopTrades, tradesChanged } from './trades.js';
import { listInstruments, markSelected, setUpWatch } from './watch.js';

const VIEWS = [
  { id: 'risk', label: 'Risk', roles: ['risk'], start: startRisk, stop: stopRisk },
  { id: 'audit', label: 'Audit', roles: ['auditor'], start: startAudit, stop: stopAudit },
  { id: 'ops', label: 'Operations', roles: ['ops', 'admin'], start: startOps, stop: stopOps },
  { id: 'trade', label: 'Trade', roles: null, start: () => {}, stop: () => {} },
];
const PANES = [
  { id: 'watch', label: 'Market' },
  { id: 'chart', label: 'Chart' },
  { id: 'ticket', label: 'Order', trader: true },
  { id: 'blotter', label: 'Book', trader: true },
];
const SYMBOL_KEY = 'tola.symbol';

let view = null;
let showPane = () => {};
let startAgain = null;

function setUpLogin() {
  const form = byId('login-form');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const username = form.username.value.trim();
    const password = form.password.value;
    if (username === '' || password === '') {
      loginMessage('Enter a user name and a password.');
      (username === '' ? form.username : form.password).focus();
      return;
    }
    const button = byId('login-submit');
    button.disabled = true;
    try {
      const answer = await post('auth/token', { username, password }, { anonymous: true });
      form.password.value = '';
      loginMessage(null);
      begin(username, answer);
    } catch (error) {
      loginMessage(loginFault(error));
      form.password.focus();
      form.password.select();
    } finally {
      button.disabled = false;
    }
  });
  byId('account-choice').addEventListener('change', (event) => chooseAccount(event.target.value));
  byId('sign-out').addEventListener('click', () => end());
}

function loginFault(error) {
  if (error instanceof Problem && error.status === 401) {
    return 'Wrong user name or password.';
  }
  if (error instanceof Problem && error.status === 429) {
    return `Too many attempts. Try again ${error.retryAfterSeconds ? `in ${error.retryAfterSeconds} s` : 'later'}.`;
  }
  return error instanceof ConnectionLost ? 'The server doesn’t answer. Is it running?' : explain(error);
}

function loginMessage(text) {
  show(byId('login-message'), text !== null);
  setText(byId('login-message'), text ?? '');
}

function showLogin(reason) {
  document.title = 'Tola · sign in';
  show(byId('app'), false);
  show(byId('login'), true);
  loginMessage(reason);
  byId(byId('login-username').value === '' ? 'login-username' : 'login-password').focus();
}

const isTrader = () => session.has('trader');
const allowedViews = () => VIEWS.filter((candidate) => candidate.roles === null || session.has(...candidate.roles));

async function open() {
  document.title = 'Tola';
  show(byId('login'), false);
  show(byId('app'), true);
  setText(byId('who-name'), session.user);
  setText(byId('who-roles'), session.roles.join(', '));
  byId('view-trade').classList.toggle('reader', !isTrader());
  // A trader starts at the ticket, whatever else they may see.
  const views = isTrader() ? [...allowedViews()].reverse() : allowedViews();
  byId('views').replaceChildren(...views.map((candidate) =>
    h('a', { href: `#${candidate.id}`, 'data-view': candidate.id, text: candidate.id === 'trade' && !isTrader() ? 'Market' : candidate.label })));
  listAccounts();
  byId('panes-nav').replaceChildren(...PANES.filter((pane) => !pane.trader || isTrader()).map((pane) =>
    h('button', { type: 'button', 'data-pane': pane.id, text: pane.label, onclick: () => bringForward(pane.id) })));
  bringForward('watch');
  startStatus();
  if (isTrader()) {
    startAccount();
    startOrders();
    startPositions();
    startTrades();
  }
  const wanted = location.hash.slice(1);
  showView(views.some((candidate) => candidate.id === wanted) ? wanted : views[0].id);
  await startMarket();
}

/** A choice only for those who trade for several accounts. */
function listAccounts() {
  const choice = byId('account-choice');
  show(choice, session.accounts.length > 1);
  choice.replaceChildren(...session.accounts.map((account) =>
    h('option', { value: account, text: `Account …${account.slice(-6)}`, title: account })));
  choice.value = session.account ?? '';
}

function chooseAccount(account) {
  session.choose(account);
  [stopOrders, stopPositions, stopTrades, stopAccount].forEach((stop) => stop());
  startAccount();
  startOrders();
  startPositions();
  startTrades();
}

/** Keeps trying until the instruments are there: without them there is nothing to show. */
async function startMarket() {
  clearTimeout(startAgain);
  const token = session.token;
  try {
    await startQuotes();
    listInstruments();
    listTicketSymbols();
    const known = allInstruments().map((instrument) => instrument.symbol);
    const before = sessionStorage.getItem(SYMBOL_KEY);
    chooseSymbol(known.includes(before) ? before : known.includes('RELIANCE') ? 'RELIANCE' : known[0], false);
  } catch (error) {
    setText(byId('watch-empty'), `The market can’t be read: ${explain(error)} Trying again.`);
    show(byId('watch-empty'), true);
    if (session.token !== null && session.token === token) {
      startAgain = setTimeout(startMarket, 2_000);
    }
  }
}

function close(reason) {
  clearTimeout(startAgain);
  VIEWS.find((candidate) => candidate.id === view)?.stop();
  view = null;
  stopStatus();
  stopQuotes();
  stopChart();
  stopAccount();
  stopOrders();
  stopPositions();
  stopTrades();
  resetTicket();
  history.replaceState(null, '', location.pathname);
  if (byId('dialog').open) {
    byId('dialog').close();
  }
  showLogin(reason);
}

function showView(id) {
  const next = allowedViews().find((candidate) => candidate.id === id);
  if (!next || next.id === view) {
    return;
  }
  VIEWS.find((candidate) => candidate.id === view)?.stop();
  view = next.id;
  for (const candidate of VIEWS) {
    show(byId(`view-${candidate.id}`), candidate.id === view);
  }
  for (const link of byId('views').children) {
    if (link.dataset.view === view) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  next.start();
}

/** On a narrow screen one pane is shown at a time. */
function bringForward(pane) {
  byId('view-trade').dataset.pane = pane;
  for (const button of byId('panes-nav').children) {
    button.setAttribute('aria-pressed', button.dataset.pane === pane);
  }
}

const narrow = () => matchMedia('(max-width: 719px)').matches;

function chooseSymbol(symbol, byPerson = true) {
  sessionStorage.setItem(SYMBOL_KEY, symbol);
  markSelected(symbol);
  showChart(symbol);
  showInTicket(symbol);
  if (byPerson && narrow() && byId('view-trade').dataset.pane === 'watch') {
    bringForward('chart');
  }
}

function tradeSymbol(symbol, side) {
  chooseSymbol(symbol, false);
  if (isTrader()) {
    showInTicket(symbol, side);
    bringForward('ticket');
    focusTicket();
  }
}

function closeOut(position) {
  tradeSymbol(position.symbol, position.quantity > 0 ? 'SELL' : 'BUY');
  const form = byId('ticket');
  form.quantity.value = Math.abs(position.quantity);
  form.product.value = position.product;
  form.quantity.dispatchEvent(new Event('input'));
}

function orderPlaced(order) {
  ordersChanged();
  if (order) {
    showPane('pane-orders');
  }
}

/** The orders changed, by this screen or by the market: what hangs on them is read again. */
function bookChanged() {
  accountChanged();
  positionsChanged();
  tradesChanged();
}

setUpStatus();
setUpAccount();
setUpWatch(chooseSymbol, tradeSymbol);
setUpChart();
setUpTicket(chooseSymbol, orderPlaced);
setUpOrders(bookChanged);
setUpPositions(closeOut);
setUpTrades();
setUpRisk();
setUpAudit();
setUpOps();
showPane = setUpTabs(byId('blotter-tabs'), () => {});
setUpLogin();
onSession((reason) => (session.token ? open() : close(reason)));
addEventListener('hashchange', () => session.token && showView(location.hash.slice(1)));
if (session.token) {
  open();
} else {
  showLogin(null);
}
