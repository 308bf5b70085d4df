import type * as Prom from 'prom-client';

/** Makes the metrics of one registry, whose names all begin in the same way. */
export class Instruments {
  readonly registry: Prom.Registry;
  readonly #prom: typeof Prom;
  readonly #prefix: string;

  constructor(prom: typeof Prom, prefix: string, labels: Readonly<Record<string, string>>) {
    this.#prom = prom;
    this.#prefix = prefix;
    this.registry = new prom.Registry();
    this.registry.setDefaultLabels(labels);
  }

  counter(name: string, help: string, labelNames: readonly string[] = []): Prom.Counter {
    return new this.#prom.Counter(this.#settings(name, help, labelNames));
  }

  /** @param collect sets the values, at each scrape; those before it are gone */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    collect: (gauge: Prom.Gauge) => void | Promise<void>,
  ): Prom.Gauge {
    return new this.#prom.Gauge({
      ...this.#settings(name, help, labelNames),
      collect(this: Prom.Gauge) {
        this.reset();
        return collect(this);
      },
    });
  }

  histogram(name: string, help: string, labelNames: readonly string[], buckets: readonly number[]): Prom.Histogram {
    return new this.#prom.Histogram({ ...this.#settings(name, help, labelNames), buckets: [...buckets] });
  }

  #settings(name: string, help: string, labelNames: readonly string[]) {
    return { name: this.#prefix + name, help, labelNames: [...labelNames], registers: [this.registry] };
  }
}
