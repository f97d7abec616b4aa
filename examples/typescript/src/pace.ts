import type { Device } from "./device/device.js";

/** What every answer tells under `extensions.cost`. */
export interface Cost {
  readonly requestedQueryCost: number;
  readonly throttleStatus: {
    readonly maximumAvailable: number;
    readonly currentlyAvailable: number;
    /** Points that come back in a second. */
    readonly restoreRate: number;
  };
}

/** Waits before a question whose points are not there yet, rather than be told 429. */
export class Pace {
  readonly #costs = new Map<object, number>();
  #available = Number.POSITIVE_INFINITY;
  #rate = 1;
  #since = 0;

  constructor(private readonly device: Device) {}

  /** Wait until a document may be asked that was asked before; what a new one costs, its first answer tells. */
  async before(document: object): Promise<void> {
    const short = (this.#costs.get(document) ?? 0) - this.#now();
    if (short > 0) await this.device.wait(Math.ceil((short / this.#rate) * 1000));
  }

  told(document: object, cost: Cost): void {
    this.#costs.set(document, cost.requestedQueryCost);
    this.#available = cost.throttleStatus.currentlyAvailable;
    this.#rate = cost.throttleStatus.restoreRate;
    this.#since = this.device.now();
  }

  #now(): number {
    return this.#available + ((this.device.now() - this.#since) / 1000) * this.#rate;
  }
}
