// The server's time, from PINGs and the monotonic clock: a wrong or jumping device clock changes nothing.

interface Sample {
  offset: number;
  /** Round trip, ms: the offset is off by at most half of it. */
  trip: number;
}

const KEPT = 12; // about two minutes: older ones would carry the drift of the device's oscillator

export class Clock {
  private samples: Sample[] = [];
  private offset: number | null = null;

  /** The device's monotonic time, ms. */
  mono(): number {
    return performance.now();
  }

  /** Unix ms on the server's clock, as best known. */
  now(): number {
    // Before the first word from the server there is only the device's clock; nothing is stamped with it.
    return Math.floor(this.offset === null ? Date.now() : this.mono() + this.offset);
  }

  /** A PONG: sent and received by the monotonic clock, `s1` and `s2` by the server's. */
  sample(sent: number, s1: number, s2: number, received: number): void {
    const trip = Math.max(0, received - sent - (s2 - s1));
    const offset = (s1 + s2 - sent - received) / 2;
    // Further apart than both round trips explain: the device slept, or its monotonic clock was set.
    if (this.samples.some((old) => Math.abs(old.offset - offset) > (old.trip + trip) / 2 + 250)) this.samples = [];
    this.samples.push({ offset, trip });
    if (this.samples.length > KEPT) this.samples.shift();
    this.offset = this.samples.reduce((best, each) => (each.trip <= best.trip ? each : best)).offset;
  }

  /** A message that says `now`: a bound, for what has arrived was sent before. */
  heard(now: number): void {
    if (this.offset === null || now > this.now() + 1_000) this.restart(now);
  }

  /** The server found this clock wrong: begin again from what it says. */
  restart(now: number): void {
    this.samples = [];
    this.offset = now - this.mono();
  }
}
