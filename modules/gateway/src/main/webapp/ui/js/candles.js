/**
 * Draws bars as candlesticks with their volume, in SVG. Arrow keys or the pointer pick a bar, whose
 * figures go to the readout; without a pick the readout shows the last bar.
 */

import { h, s } from './dom.js';
import { compact, day, dateTime, minuteOfDay, price } from './format.js';

const AXIS_WIDTH = 72;
const AXIS_HEIGHT = 22;
const TOP = 10;
const VOLUME_SHARE = 0.18;

export class Candles {
  #host;
  #readout;
  #bars = [];
  #daily = false;
  #last = null;
  #picked = null;
  #message = 'Loading';
  #geometry = null;

  constructor(host, readout) {
    this.#host = host;
    this.#readout = readout;
    new ResizeObserver(() => this.#draw()).observe(host);
    host.addEventListener('pointermove', (event) => this.#point(event));
    host.addEventListener('pointerleave', () => this.#pick(null));
  }

  /** Shows words in place of bars. */
  say(message) {
    this.#bars = [];
    this.#picked = null;
    this.#message = message;
    this.#draw();
  }

  /** @param {object[]} bars oldest first @param {boolean} daily whether a bar is a whole day */
  show(bars, daily) {
    this.#bars = bars;
    this.#daily = daily;
    this.#message = bars.length === 0 ? 'No bars for this length yet. They build while the market runs.' : '';
    if (this.#picked !== null && this.#picked >= bars.length) {
      this.#picked = null;
    }
    this.#draw();
  }

  /** Moves the line of the current price. */
  setLast(last) {
    if (last !== this.#last) {
      this.#last = last;
      this.#draw();
    }
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width === 0 || height === 0) {
      return;
    }
    if (this.#bars.length === 0) {
      this.#host.replaceChildren(h('p', { class: 'empty', text: this.#message }));
      this.#readout.textContent = '';
      return;
    }
    const plotWidth = width - AXIS_WIDTH;
    const plotHeight = height - AXIS_HEIGHT - TOP;
    const volumeHeight = plotHeight * VOLUME_SHARE;
    const priceHeight = plotHeight - volumeHeight - 6;
    const step = Math.min(16, plotWidth / this.#bars.length);
    const shown = this.#bars;
    let low = Math.min(...shown.map((bar) => bar.low));
    let high = Math.max(...shown.map((bar) => bar.high));
    if (this.#last !== null) {
      low = Math.min(low, this.#last);
      high = Math.max(high, this.#last);
    }
    const margin = (high - low || high * 0.002) * 0.06;
    low -= margin;
    high += margin;
    const y = (value) => TOP + ((high - value) / (high - low)) * priceHeight;
    const left = plotWidth - step * shown.length;
    const x = (index) => left + step * (index + 0.5);
    this.#geometry = { left, step };

    const svg = s('svg', {
      class: 'candles', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', tabindex: 0,
      'aria-label': this.#summary(shown),
    });
    svg.addEventListener('keydown', (event) => this.#key(event));
    svg.addEventListener('blur', () => this.#pick(null));

    for (const value of ticks(low, high, Math.max(2, Math.floor(priceHeight / 30)))) {
      svg.append(s('line', { class: 'grid', x1: 0, x2: plotWidth, y1: y(value), y2: y(value) }));
      svg.append(s('text', { class: 'axis', x: plotWidth + 8, y: y(value) + 4 }, price(value)));
    }
    const every = Math.max(1, Math.ceil(72 / step));
    for (let index = shown.length - 1 - Math.floor(every / 2); index >= 0; index -= every) {
      const at = x(index);
      if (at > 24 && at < plotWidth - 18) {
        svg.append(s('text', { class: 'axis middle', x: at, y: height - 6 }, this.#label(shown, index, every)));
      }
    }
    const most = Math.max(1, ...shown.map((bar) => bar.volume));
    const body = Math.max(1, step * 0.66);
    shown.forEach((bar, index) => {
      const direction = bar.close >= bar.open ? 'up' : 'down';
      const tall = (bar.volume / most) * volumeHeight;
      const top = y(Math.max(bar.open, bar.close));
      const bottom = y(Math.min(bar.open, bar.close));
      svg.append(
        s('rect', { class: 'volume', x: x(index) - body / 2, y: TOP + plotHeight - tall, width: body, height: tall, 'data-direction': direction }),
        s('line', { class: 'wick', x1: x(index), x2: x(index), y1: y(bar.high), y2: y(bar.low), 'data-direction': direction }),
        s('rect', { class: 'candle', x: x(index) - body / 2, y: top, width: body, height: Math.max(1, bottom - top), 'data-direction': direction }));
    });
    if (this.#last !== null) {
      const at = y(this.#last);
      svg.append(
        s('line', { class: 'last-line', x1: 0, x2: plotWidth, y1: at, y2: at }),
        s('rect', { class: 'last-tag', x: plotWidth + 2, y: at - 9, width: AXIS_WIDTH - 4, height: 18, rx: 3 }),
        s('text', { class: 'last-text', x: plotWidth + 8, y: at + 4 }, price(this.#last)));
    }
    const cross = s('line', { class: 'cross', y1: TOP, y2: TOP + plotHeight, x1: 0, x2: 0, visibility: 'hidden' });
    svg.append(cross);
    const hadFocus = this.#host.contains(document.activeElement);
    this.#host.replaceChildren(svg);
    if (hadFocus) {
      svg.focus({ preventScroll: true });
    }
    this.#geometry.cross = cross;
    this.#geometry.x = x;
    this.#read();
  }

  #summary(bars) {
    const first = bars[0];
    const last = bars[bars.length - 1];
    return `Candlesticks, ${bars.length} bars from ${dateTime(first.start)} to ${dateTime(last.start)}. `
      + `First open ${price(first.open)}, last close ${price(last.close)}. Use the left and right arrow keys to read single bars.`;
  }

  /** The time under a bar; the date where a labelled bar is the first of its day. */
  #label(bars, index, every) {
    const start = bars[index].start;
    const before = bars[index - every]?.start;
    const newDay = before && new Date(before).toDateString() !== new Date(start).toDateString();
    return this.#daily || newDay ? day(start) : minuteOfDay(start);
  }

  #point(event) {
    if (this.#bars.length > 0 && this.#geometry) {
      const at = event.clientX - this.#host.getBoundingClientRect().left;
      const index = Math.floor((at - this.#geometry.left) / this.#geometry.step);
      this.#pick(index >= 0 && index < this.#bars.length ? index : null);
    }
  }

  #key(event) {
    const end = this.#bars.length - 1;
    const now = this.#picked ?? end + 1;
    const next = { ArrowLeft: Math.max(0, now - 1), ArrowRight: Math.min(end, now + 1), Home: 0, End: end }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      this.#pick(next);
    }
  }

  #pick(index) {
    if (index !== this.#picked) {
      this.#picked = index;
      this.#read();
    }
  }

  #read() {
    const bar = this.#bars[this.#picked ?? this.#bars.length - 1];
    const cross = this.#geometry?.cross;
    if (!bar || !cross) {
      return;
    }
    cross.setAttribute('visibility', this.#picked === null ? 'hidden' : 'visible');
    if (this.#picked !== null) {
      cross.setAttribute('x1', this.#geometry.x(this.#picked));
      cross.setAttribute('x2', this.#geometry.x(this.#picked));
    }
    const when = this.#daily ? day(bar.start) : dateTime(bar.start).replace(/:\d\d$/, '');
    this.#readout.textContent = `${when}   O ${price(bar.open)}   H ${price(bar.high)}   L ${price(bar.low)}   C ${price(bar.close)}   Vol ${compact(bar.volume)}`;
  }
}

/** Round values between low and high, about `wanted` of them. */
function ticks(low, high, wanted) {
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw);
  const values = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    values.push(Math.round(value * 10000) / 10000);
  }
  return values;
}
