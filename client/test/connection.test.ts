import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Clock } from "../src/clock";
import { Connection, type Line, type LineEvents, reconnects } from "../src/connection";
import type { ServerMessage } from "../src/protocol";
import { FarEnd, pack, unpack } from "./house";

class Dials {
  readonly ends: { at: number; events: LineEvents; far: FarEnd; closed: boolean; pings: number[] }[] = [];
  readonly messages: ServerMessage[] = [];
  away = 0;
  closed: number | null = null;
  /** Whether PINGs are answered. */
  answers = true;

  readonly connection = new Connection(
    (events): Line => {
      const end = { at: performance.now(), events, far: new FarEnd(events), closed: false, pings: [] as number[] };
      this.ends.push(end);
      return {
        send: (data) => {
          const message = unpack(data);
          if (message.tag !== 4) return;
          end.pings.push(performance.now());
          const pong = pack({ tag: 72, c0: message.c0, s1: 0, s2: 0 });
          if (this.answers) setTimeout(() => events.received(pong), 10);
        },
        close: () => {
          end.closed = true;
        },
      };
    },
    new Clock(),
    {
      opened: () => {},
      message: (message) => this.messages.push(message),
      away: () => {
        this.away += 1;
      },
      closed: (code) => {
        this.closed = code;
      },
    },
  );

  get last(): Dials["ends"][number] {
    return this.ends[this.ends.length - 1]!;
  }

  up(): void {
    this.last.events.opened();
    this.connection.welcomed();
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("coming back", () => {
  test("each try waits a random part of a doubling time, at most 10 s", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const dials = new Dials();
    dials.connection.dial();
    const waits: number[] = [];
    for (let dial = 1; dial <= 8; dial += 1) {
      dials.last.events.closed(1006);
      const closed = performance.now();
      while (dials.ends.length === dial) vi.advanceTimersByTime(10);
      waits.push(Math.round((dials.last.at - closed) / 250) * 250);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test("the first try comes within 250 ms, and is jittered", () => {
    const waits = [0, 0.5, 0.99].map((part) => {
      vi.spyOn(Math, "random").mockReturnValue(part);
      const dials = new Dials();
      dials.connection.dial();
      dials.last.events.closed(1006);
      const started = performance.now();
      while (dials.ends.length < 2) vi.advanceTimersByTime(1);
      return dials.last.at - started;
    });
    expect(waits[0]).toBeLessThan(waits[1]!);
    expect(waits[1]).toBeLessThan(waits[2]!);
    expect(waits[2]).toBeLessThanOrEqual(251);
  });

  test("GOAWAY's spread is honoured by the first try, the second goes by the backoff", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    dials.last.events.received(pack({ tag: 74, retry_ms: 1_000, spread_ms: 4_000 }));
    dials.last.events.closed(4001);
    const closed = performance.now();
    dials.connection.hurry(); // the network's return does not break the promise
    vi.advanceTimersByTime(2_999);
    expect(dials.ends).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(dials.last.at - closed).toBe(3_000);
    dials.last.events.closed(1006);
    vi.advanceTimersByTime(500);
    expect(dials.ends).toHaveLength(3);
  });

  test("a line that was up for a while begins the backoff anew, one that is refused at once does not", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const dials = new Dials();
    dials.connection.dial();
    for (let refusal = 0; refusal < 6; refusal += 1) {
      dials.up();
      dials.last.events.closed(4004);
      vi.advanceTimersByTime(10_000);
    }
    expect(dials.ends).toHaveLength(7);
    dials.up();
    const first = performance.now();
    vi.advanceTimersByTime(6_000);
    dials.last.events.closed(1006);
    vi.advanceTimersByTime(250);
    expect(dials.last.at).toBeGreaterThan(first);
    expect(dials.ends).toHaveLength(8);
  });

  test("when the network returns the wait is cut short", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const dials = new Dials();
    dials.connection.dial();
    for (let tries = 0; tries < 6; tries += 1) {
      dials.last.events.closed(1006);
      if (tries < 5) vi.advanceTimersByTime(10_000);
    }
    dials.connection.hurry();
    vi.advanceTimersByTime(250);
    expect(dials.ends).toHaveLength(7);
  });

  test.each([
    [4001, true],
    [4003, true],
    [4499, true],
    [1006, true],
    [1012, true],
    [1011, true],
    [4500, false],
    [4505, false],
    [4507, false],
    [4999, false],
    [1000, false],
  ])("after close code %i: coming back is %s", (code, back) => {
    expect(reconnects(code)).toBe(back);
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    dials.last.events.closed(code);
    vi.advanceTimersByTime(20_000);
    expect(dials.closed).toBe(back ? null : code);
    expect(dials.ends.length > 1).toBe(back);
  });
});

describe("noticing a dead line", () => {
  test("four quick PINGs find the clock's offset, then one comes every 8 to 12 s", () => {
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    vi.advanceTimersByTime(1_000);
    expect(dials.last.pings).toHaveLength(4);
    vi.advanceTimersByTime(60_000);
    const later = dials.last.pings.slice(3);
    expect(later.length).toBeGreaterThanOrEqual(6);
    later.slice(1).forEach((at, index) => {
      expect(at - later[index]!).toBeGreaterThanOrEqual(8_000);
      expect(at - later[index]!).toBeLessThanOrEqual(12_020);
    });
  });

  test("a PING that nobody answers for 10 s ends the line, and another is dialled", () => {
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    vi.advanceTimersByTime(1_000);
    dials.answers = false; // open, but silent
    vi.advanceTimersByTime(12_000 + 10_000 + 250);
    expect(dials.away).toBe(1);
    expect(dials.ends[0]!.closed).toBe(true);
    expect(dials.ends.length).toBeGreaterThan(1);
  });

  test("told that the network changed, it finds out within 3 s", () => {
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    vi.advanceTimersByTime(1_000);
    dials.answers = false;
    dials.connection.hurry();
    vi.advanceTimersByTime(3_250);
    expect(dials.ends).toHaveLength(2);
  });

  test("a dial that leads nowhere is given up after 10 s", () => {
    const dials = new Dials();
    dials.connection.dial();
    vi.advanceTimersByTime(10_250);
    expect(dials.ends).toHaveLength(2);
    expect(dials.ends[0]!.closed).toBe(true);
  });

  test("a line that was dialled in place of another has as long to open", () => {
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    dials.connection.redial();
    dials.connection.hurry();
    vi.advanceTimersByTime(9_000);
    expect(dials.ends.map((end) => end.closed)).toEqual([true, false]);
  });

  test("what an old line still says is not heard", () => {
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    const old = dials.last.events;
    dials.connection.redial();
    old.received(pack({ tag: 71, kind: 0, id: 1 }));
    old.closed(4505);
    expect(dials.messages).toEqual([]);
    expect(dials.closed).toBeNull();
  });

  test("a tab that slept over its PING's time asks once more before it gives the line up", () => {
    const dials = new Dials();
    dials.connection.dial();
    dials.up();
    vi.advanceTimersByTime(1_000);
    dials.answers = false;
    dials.connection.hurry();
    const real = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => real() + 60_000); // the timers stood still for a minute
    dials.answers = true;
    vi.advanceTimersByTime(3_100);
    expect(dials.ends).toHaveLength(1);
    expect(dials.away).toBe(0);
  });
});
