// Recognises while somebody draws: one request at a time, the newest drawing next.

const PAUSE = 120; // milliseconds, so that the moves of one stroke are not each a request

export class Live {
  #stale = false;
  #running = false;

  /** `work` reads the drawing as it is when called; what it throws ends this round and is told to `failed`. */
  constructor(work, failed) {
    this.work = work;
    this.failed = failed;
  }

  /** The drawing has changed. */
  async touch() {
    this.#stale = true;
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#stale) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        this.#stale = false;
        await this.work();
      }
    } catch (error) {
      this.failed(error);
    } finally {
      this.#running = false;
    }
  }
}
