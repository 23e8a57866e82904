/** The small price line of a row in the market watch. */

import { s, setAttribute } from './dom.js';

const WIDTH = 72;
const HEIGHT = 22;
const MARGIN = 2;

export class Sparkline {
  #line = s('polyline', { class: 'spark-line', points: '' });
  element = s('svg', {
    class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, 'aria-hidden': 'true', focusable: 'false',
  }, this.#line);

  /** Draws the points, oldest first; one point, or none that differ, is a flat line. */
  draw(points) {
    if (points.length === 0) {
      setAttribute(this.#line, 'points', '');
      return;
    }
    const low = Math.min(...points);
    const high = Math.max(...points);
    const span = high - low;
    const drawn = points.length === 1 ? [points[0], points[0]] : points;
    const step = (WIDTH - 2 * MARGIN) / (drawn.length - 1);
    const text = drawn.map((value, index) => {
      const y = span === 0 ? HEIGHT / 2 : HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN);
      return `${(MARGIN + index * step).toFixed(1)},${y.toFixed(1)}`;
    });
    setAttribute(this.#line, 'points', text.join(' '));
    const change = points[points.length - 1] - points[0];
    setAttribute(this.element, 'data-direction', change > 0 ? 'up' : change < 0 ? 'down' : null);
  }
}
