// What was seen in the last five minutes, a value for each key and moment.

const CAPACITY = 300;
const MOST_KEYS = 12;

export class History {
  times = [];
  values = new Map();

  push(time, now) {
    this.times.push(time);
    for (const [key, value] of now) {
      if (!this.values.has(key) && this.values.size < MOST_KEYS) {
        this.values.set(key, new Array(this.times.length - 1).fill(null));
      }
      this.values.get(key)?.push(value);
    }
    for (const series of this.values.values()) {
      if (series.length < this.times.length) {
        series.push(null);
      }
    }
    if (this.times.length > CAPACITY) {
      this.times.shift();
      this.values.forEach((series) => series.shift());
    }
  }

  keys() {
    return [...this.values.keys()];
  }

  last(key) {
    return this.values.get(key)?.at(-1) ?? null;
  }

  highest(key) {
    const known = (this.values.get(key) ?? []).filter((value) => value !== null);
    return known.length ? Math.max(...known) : null;
  }
}

/** Turns a number that only grows into how fast it does, per second. */
export function speedometer() {
  const before = new Map();
  return (key, total, time) => {
    const last = before.get(key);
    before.set(key, { total, time });
    return last && time > last.time && total >= last.total ? (total - last.total) / (time - last.time) : null;
  };
}
