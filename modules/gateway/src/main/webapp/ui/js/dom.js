/**
 * Builds and changes elements. Data only ever becomes text nodes and attributes, never markup, so
 * nothing a server or another user wrote can become part of the page's structure.
 */

const SVG = 'http://www.w3.org/2000/svg';

export const byId = (id) => document.getElementById(id);

/** An HTML element: attributes by name, `on<event>` as listeners, `text` as its text. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element, the same way. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    const stated = name.startsWith('aria-') || name.startsWith('data-');
    if (value === null || value === undefined || (value === false && !stated)) {
      continue;
    }
    if (stated) {
      // These say "true" or "false" in words; others are there or not.
      element.setAttribute(name, String(value));
    } else if (name === 'text') {
      element.textContent = value;
    } else if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child);
    }
  }
  return element;
}

/** Puts these children in place of all others; absent ones (null, false) are left out. */
export function replace(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
}

/** Changes the text only when it differs: an untouched node costs no layout and no announcement. */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
    return true;
  }
  return false;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) {
    if (element.hasAttribute(name)) {
      element.removeAttribute(name);
    }
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value);
  }
}

/** `up` or `down` for a signed number, so that colour is never set twice in two ways. */
export function setDirection(element, number) {
  const direction = number > 0 ? 'up' : number < 0 ? 'down' : null;
  setAttribute(element, 'data-direction', direction);
}

export function show(element, visible) {
  element.hidden = !visible;
}

/**
 * Rows of a table that keep their elements from one refresh to the next, so that focus, an open
 * detail row and the reader's scroll position survive.
 */
export class KeyedRows {
  #parent;
  #key;
  #create;
  #update;
  #known = new Map();

  /**
   * @param {Element} parent where the rows live
   * @param {(item: object) => string} key tells one item from another
   * @param {(item: object) => {elements: Element[]}} create makes what shows a new item: its
   *     elements, and whatever `update` needs to hold on to
   * @param {(shown: object, item: object) => void} update brings it up to date
   */
  constructor(parent, key, create, update) {
    this.#parent = parent;
    this.#key = key;
    this.#create = create;
    this.#update = update;
  }

  render(items) {
    const wanted = new Set();
    let place = this.#parent.firstChild;
    for (const item of items) {
      const key = this.#key(item);
      if (wanted.has(key)) {
        continue;
      }
      wanted.add(key);
      let shown = this.#known.get(key);
      if (!shown) {
        shown = this.#create(item);
        this.#known.set(key, shown);
      }
      this.#update(shown, item);
      for (const element of shown.elements) {
        if (element === place) {
          place = place.nextSibling;
        } else {
          this.#parent.insertBefore(element, place);
        }
      }
    }
    for (const [key, shown] of this.#known) {
      if (!wanted.has(key)) {
        shown.elements.forEach((element) => element.remove());
        this.#known.delete(key);
      }
    }
  }
}

/** A table's head from column descriptions: `['Price', 'num']` or `'Symbol'`. */
export function tableHead(columns) {
  return h('thead', {}, h('tr', {}, columns.map((column) => {
    const [label, kind] = Array.isArray(column) ? column : [column, null];
    return h('th', { scope: 'col', class: kind }, label === '' ? h('span', { class: 'sr', text: 'Actions' }) : label);
  })));
}
