// Knows sockets: dials, comes back with jitter, notices a dead line. Knows nothing of what messages mean but PONG and GOAWAY.

import type { Clock } from "./clock";
import { type ClientMessage, type GoAway, type Pong, SUBPROTOCOL, type ServerMessage } from "./protocol";
import { decode, encode } from "./wire";

export interface LineEvents {
  opened(): void;
  received(data: Uint8Array): void;
  /** Once. `code` is the close code, 1006 where the line was cut. */
  closed(code: number): void;
}

export interface Line {
  send(data: Uint8Array): void;
  close(): void;
}

/** Dials once. Must not call the events before it has returned. */
export type Transport = (events: LineEvents) => Line;

export interface Listener {
  opened(): void;
  message(message: ServerMessage): void;
  /** The line is away; the connection is coming back by itself. */
  away(): void;
  /** The server does not want this client back. */
  closed(code: number): void;
}

const ANSWER_MS = 10_000; // a PING, a dial or a HELLO not answered for so long: the line is dead
const PROBE_MS = 3_000; // the same when the device says that its network changed
const PING_MS = 10_000;
const FIRST_MS = 250;
const LONGEST_MS = 10_000;
const STABLE_MS = 5_000; // a line that lived so long was no failure: begin the backoff anew
const QUICK_PINGS = 4;

/** As protocol/codes.py has it. */
export function reconnects(code: number): boolean {
  return (code >= 4000 && code <= 4499) || [1001, 1005, 1006, 1011, 1012, 1013].includes(code);
}

export function webSocket(url: string): Transport {
  return (events) => {
    const socket = new WebSocket(url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => events.opened();
    socket.onmessage = (event) => {
      if (event.data instanceof ArrayBuffer) events.received(new Uint8Array(event.data));
    };
    socket.onclose = (event) => events.closed(event.code);
    return {
      send: (data) => socket.send(data as Uint8Array<ArrayBuffer>),
      close: () => socket.close(),
    };
  };
}

type Timer = ReturnType<typeof setTimeout>;

export class Connection {
  private line: Line | null = null;
  private dialled = 0;
  private isOpen = false;
  private welcomedAt: number | null = null;
  private tries = 0;
  private leaving: GoAway | null = null;
  private retry: Timer | undefined;
  private nextPing: Timer | undefined;
  private watch: Timer | undefined;
  private quick = 0;
  private pings = 0;
  private waiting: { id: number; sent: number } | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
    private readonly listener: Listener,
  ) {}

  dial(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.leaving = null; // a GOAWAY holds for the first try
    const mine = ++this.dialled;
    const current = (): boolean => this.dialled === mine;
    this.expect(ANSWER_MS);
    this.line = this.transport({
      opened: () => {
        if (!current()) return;
        this.isOpen = true;
        this.listener.opened();
      },
      received: (data) => {
        if (current()) this.received(data);
      },
      closed: (code) => {
        if (current()) this.lost(code);
      },
    });
  }

  /** Whether it could be handed to an open line; that it arrived only an answer says. */
  send(message: ClientMessage): boolean {
    if (!this.isOpen || this.line === null) return false;
    this.line.send(encode(message));
    return true;
  }

  /** WELCOME came: the line works; find the clock's offset. */
  welcomed(): void {
    this.welcomedAt = this.clock.mono();
    this.quick = QUICK_PINGS;
    this.ping(ANSWER_MS);
  }

  /** Drop the line, if there is one, and dial anew at once. */
  redial(): void {
    this.drop();
    this.welcomedAt = null; // else the old line's welcome would have the new one pinged before it is open
    this.dial();
  }

  /** The device woke, or its network changed: do not wait for the next timer. */
  hurry(): void {
    if (this.retry !== undefined && this.leaving === null) this.comeBack(Math.random() * FIRST_MS);
    else if (this.welcomedAt !== null) this.ping(PROBE_MS);
  }

  stop(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.drop();
  }

  private received(data: Uint8Array): void {
    const message = decode(data);
    if (message === null) return;
    if (message.tag === 72) this.answered(message);
    else if (message.tag === 74) this.leaving = message;
    else this.listener.message(message);
  }

  private ping(within: number): void {
    clearTimeout(this.nextPing);
    this.pings += 1;
    this.waiting = { id: this.pings, sent: this.clock.mono() };
    this.send({ tag: 4, c0: this.pings });
    this.expect(within);
  }

  private answered(pong: Pong): void {
    // An answer to an earlier one than the last shows life, but its time of sending is no longer known.
    if (pong.c0 === this.waiting?.id) {
      this.clock.sample(this.waiting.sent, pong.s1, pong.s2, this.clock.mono());
      this.waiting = null;
    }
    clearTimeout(this.watch);
    clearTimeout(this.nextPing);
    this.quick = Math.max(0, this.quick - 1);
    if (this.quick > 0) this.ping(ANSWER_MS);
    else this.nextPing = setTimeout(() => this.ping(ANSWER_MS), PING_MS * (0.8 + 0.4 * Math.random()));
  }

  private expect(within: number): void {
    clearTimeout(this.watch);
    const due = this.clock.mono() + within;
    this.watch = setTimeout(() => {
      // Woken long after its time the device slept: an answer may lie in the queue behind this timer.
      if (this.clock.mono() - due > 2_000 && this.welcomedAt !== null) this.ping(PROBE_MS);
      else this.cut();
    }, within);
  }

  private cut(): void {
    this.drop();
    this.lost(1006);
  }

  private drop(): void {
    this.line?.close();
    this.forget();
  }

  private forget(): void {
    this.dialled += 1; // what the old line still says is not heard
    clearTimeout(this.watch);
    clearTimeout(this.nextPing);
    this.line = null;
    this.isOpen = false;
    this.waiting = null;
  }

  private lost(code: number): void {
    this.forget();
    const lived = this.welcomedAt === null ? 0 : this.clock.mono() - this.welcomedAt;
    this.welcomedAt = null;
    if (lived >= STABLE_MS) this.tries = 0;
    if (!reconnects(code)) {
      this.listener.closed(code);
      return;
    }
    this.listener.away();
    this.comeBack(this.pause());
  }

  private pause(): number {
    if (this.leaving !== null) {
      const { retry_ms, spread_ms } = this.leaving;
      return retry_ms + Math.random() * spread_ms;
    }
    const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries);
    this.tries += 1;
    return Math.random() * most;
  }

  private comeBack(after: number): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.dial(), after);
  }
}
