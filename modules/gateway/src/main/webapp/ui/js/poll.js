/**
 * Repeats a task while the page is visible: never two at once, slower after failures, at once when
 * the page comes back to the front.
 */

const SLOWEST_MILLIS = 15_000;

export class Poll {
  #task;
  #every;
  #timer = null;
  #running = false;
  #again = false;
  #active = false;
  #failures = 0;
  #wake = () => this.#active && !document.hidden && this.now();

  /**
   * @param {() => Promise<void>} task what to repeat; a rejection means a failure
   * @param {number} every milliseconds between the starts of two runs
   */
  constructor(task, every) {
    this.#task = task;
    this.#every = every;
  }

  start() {
    if (!this.#active) {
      this.#active = true;
      this.#failures = 0;
      document.addEventListener('visibilitychange', this.#wake);
      this.now();
    }
  }

  stop() {
    this.#active = false;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#wake);
  }

  /** Runs the task now, or once more right after the run that is under way. */
  now() {
    if (!this.#active) {
      return;
    }
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#run();
  }

  async #run() {
    this.#running = true;
    const started = performance.now();
    try {
      await this.#task();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      console.warn('A refresh failed:', error.message);
    }
    this.#running = false;
    if (!this.#active) {
      return;
    }
    if (this.#again) {
      this.#again = false;
      this.#run();
      return;
    }
    if (!document.hidden) {
      const pause = Math.min(this.#every * 2 ** Math.min(this.#failures, 4), Math.max(SLOWEST_MILLIS, this.#every));
      this.#timer = setTimeout(() => this.#run(), Math.max(0, pause - (performance.now() - started)));
    }
  }
}
