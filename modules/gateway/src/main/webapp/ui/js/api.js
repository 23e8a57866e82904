/**
 * The only place that talks to the server. Answers are JSON; a refusal is a {@link Problem}
 * (RFC 9457), no answer at all is a {@link ConnectionLost}: after that one the caller can't know
 * whether the server did the work.
 */

import { session, end } from './session.js';

const BASE = new URL('api/v1/', document.baseURI);
const ROOT = new URL('/', document.baseURI);
const TIMEOUT_MILLIS = 10_000;

/** The server said no, and why. */
export class Problem extends Error {
  constructor(status, body, retryAfterSeconds) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? null;
    this.title = body.title ?? `HTTP ${status}`;
    this.errors = Array.isArray(body.errors) ? body.errors : [];
    this.traceId = body.trace_id ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the same request may succeed later, with the server's state unknown meanwhile. */
  get temporary() {
    return this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** No answer came: the network, the server or the time is gone. */
export class ConnectionLost extends Error {
  constructor(cause) {
    super('No answer from the server.', { cause });
    this.name = 'ConnectionLost';
  }
}

/** The answer belongs to somebody who is no longer signed in here; nobody may show it. */
export class SessionOver extends Error {
  constructor() {
    super('Signed out meanwhile.');
    this.name = 'SessionOver';
  }
}

async function request(method, url, { body, query, anonymous = false, timeout = TIMEOUT_MILLIS, onLine = null } = {}) {
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') {
      url.searchParams.set(name, value);
    }
  }
  const headers = { Accept: `${onLine ? 'application/x-ndjson' : 'application/json'}, application/problem+json` };
  const token = session.token;
  if (!anonymous && token) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  let response;
  let content;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: stop.signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    content = onLine && response.ok ? await readLines(response, onLine) : await read(response);
  } catch (cause) {
    throw new ConnectionLost(cause);
  } finally {
    clearTimeout(timer);
  }
  if (!anonymous && token !== session.token) {
    throw new SessionOver();
  }
  if (response.ok) {
    return { status: response.status, body: content };
  }
  if (response.status === 401 && !anonymous) {
    end('Your session is over. Please sign in again.');
  }
  throw new Problem(response.status, content ?? {}, retryAfter(response));
}

async function read(response) {
  const text = await response.text();
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Lines of JSON, each told as it comes; the last one is the answer. */
async function readLines(response, onLine) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let last = null;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const lines = (rest + piece.value).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      last = JSON.parse(line);
      onLine(last);
    }
  }
  return last;
}

function retryAfter(response) {
  const seconds = Number(response.headers.get('Retry-After'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

const at = (path) => new URL(path, BASE);

export const get = async (path, query, options) => (await request('GET', at(path), { ...options, query })).body;
export const post = async (path, body, options) => (await request('POST', at(path), { ...options, body })).body;
export const put = async (path, body, query) => (await request('PUT', at(path), { body, query })).body;
export const remove = async (path) => (await request('DELETE', at(path))).body;

/** POST that also tells 200 from 201. */
export const postWithStatus = (path, body, options) => request('POST', at(path), { ...options, body });

/**
 * MicroProfile Health answers 503 with a full body while something is down: that is an answer here,
 * not a problem.
 */
export async function health(path) {
  try {
    const response = await fetch(new URL(path, ROOT), { cache: 'no-store', credentials: 'omit' });
    return await response.json();
  } catch (cause) {
    throw new ConnectionLost(cause);
  }
}

/** What to tell a person about any failure of a call. */
export function explain(error) {
  if (error instanceof Problem) {
    const code = error.code ? ` (${error.code})` : '';
    return `${error.message}${code}`;
  }
  return error instanceof ConnectionLost || error instanceof SessionOver ? error.message : 'Something unexpected happened in this page.';
}
