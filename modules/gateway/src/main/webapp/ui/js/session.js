/**
 * Who is signed in. The token lives in this tab's sessionStorage: a reload keeps it, closing the
 * tab loses it, another tab or site never sees it. The roles read here only choose what is shown;
 * the server checks every call.
 */

const KEY = 'tola.session';
const listeners = new Set();
let current = restore();
let expiry = null;
arm();

function restore() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY));
    return stored && stored.token && stored.expiresAt > Date.now() ? stored : null;
  } catch {
    return null;
  }
}

/** The claims of a JWT, unchecked: enough to show a name and choose panes. */
function claims(token) {
  try {
    const body = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

function arm() {
  clearTimeout(expiry);
  if (current) {
    const left = Math.min(current.expiresAt - Date.now(), 2 ** 31 - 1);
    expiry = setTimeout(() => end('Your session has expired. Please sign in again.'), left);
  }
}

export const session = {
  get token() {
    return current?.token ?? null;
  },
  get user() {
    return current?.user ?? '';
  },
  get roles() {
    return current?.roles ?? [];
  },
  get accounts() {
    return current?.accounts ?? [];
  },
  /** The account to name in requests, or null when the server knows the only one. */
  get account() {
    return current?.account ?? null;
  },
  choose(account) {
    current.account = account;
    sessionStorage.setItem(KEY, JSON.stringify(current));
  },
  has(...roles) {
    return roles.some((role) => this.roles.includes(role));
  },
};

/** Starts a session from the answer of POST /auth/token. */
export function begin(username, answer) {
  const said = claims(answer.access_token);
  current = {
    token: answer.access_token,
    expiresAt: Date.now() + answer.expires_in * 1000,
    user: said.upn ?? said.sub ?? username,
    accounts: said.accounts ?? [],
    account: said.accounts?.length > 1 ? said.accounts[0] : null,
    roles: (said.groups ?? []).map((role) => String(role).toLowerCase()),
  };
  sessionStorage.setItem(KEY, JSON.stringify(current));
  arm();
  listeners.forEach((listener) => listener(null));
}

/** Ends the session; the reason, if any, is shown on the sign-in card. */
export function end(reason = null) {
  if (!current) {
    return;
  }
  current = null;
  clearTimeout(expiry);
  sessionStorage.removeItem(KEY);
  listeners.forEach((listener) => listener(reason));
}

/** Hears of every begin and end. */
export function onSession(listener) {
  listeners.add(listener);
}
