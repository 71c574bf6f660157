// A room's server in memory: answers HELLO, PING, COUNT and COMMAND as the real one does, over lines that tests can cut.

import { decode, encode } from "@msgpack/msgpack";
import type { LineEvents, Transport } from "../src/connection";
import {
  AckKind,
  CAN_VIEW_ONLY,
  CLIENT_FIELDS,
  type ClientMessage,
  type Command,
  type Count,
  ErrorCode,
  type Hello,
  Op,
  Phase,
  type PhaseNow,
  Role,
  type RosterRow,
  SERVER_FIELDS,
  type ServerMessage,
} from "../src/protocol";
import { phaseAt } from "../src/timeline";

type Loose<T> = T extends { tag: number } ? Pick<T, "tag"> & Partial<T> : never;

const DEFAULTS: Record<string, unknown> = { cancelled: null, delayed: false, final: false, whole: false, to: null };

export function pack(message: Loose<ServerMessage>): Uint8Array {
  const named = message as Record<string, unknown>;
  const value = (field: string): unknown =>
    named[field] ?? (field in DEFAULTS ? DEFAULTS[field] : field === "rule" || field === "field" ? "" : 0);
  return encode([message.tag, ...SERVER_FIELDS[message.tag]!.map((field) => (field in named ? named[field] : value(field)))]);
}

export function unpack(data: Uint8Array): ClientMessage {
  const [tag, ...values] = decode(data) as [number, ...unknown[]];
  const fields = CLIENT_FIELDS[tag]!.map((field, index) => [field, values[index]] as const);
  return { tag, ...Object.fromEntries(fields) } as unknown as ClientMessage;
}

/** One dialled line, seen from the server. */
export class FarEnd {
  readonly heard: ClientMessage[] = [];
  isOpen = false;
  slot: number | null = null;
  /** True: what is sent either way is lost, and nobody is told. */
  silent = false;

  constructor(private readonly events: LineEvents) {}

  open(): void {
    this.isOpen = true;
    this.events.opened();
  }

  say(message: Loose<ServerMessage>): void {
    if (this.isOpen && !this.silent) this.events.received(pack(message));
  }

  cut(code = 1006): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.events.closed(code);
  }

  counts(): Count[] {
    return this.heard.filter((message): message is Count => message.tag === 2);
  }

  commands(op: number): Command[] {
    return this.heard.filter((message): message is Command => message.tag === 6 && message.op === op);
  }

  hello(): Hello {
    return this.heard.find((message): message is Hello => message.tag === 1)!;
  }
}

interface Register {
  seq: number;
  words: number;
  flags: number;
}

const SERVER_EPOCH = 1_795_000_000_000;

export class House {
  readonly lines: FarEnd[] = [];
  /** False: dials fail, as with no network. */
  reachable = true;
  acks = true;
  /** False: changed rows are not told. */
  ticks = true;
  /** One way, ms. */
  latency = 5;
  rev = 1;
  timeline: Omit<PhaseNow, "tag" | "now" | "phase" | "rev"> = {
    sprint: null,
    starts: 0,
    ends: 0,
    reporting_ends: 0,
    cancelled: null,
    round: 0,
    final: false,
    delayed: false,
  };
  roster = new Map<number, RosterRow>();
  /** sprint -> slot -> what stands. */
  readonly stored = new Map<number, Map<number, Register>>();
  startTotals = new Map<number, number>();

  /** The server's clock, which knows nothing of the device's. */
  now(): number {
    return Math.floor(SERVER_EPOCH + performance.now());
  }

  /** A way to this house for the writer with this slot. */
  transport(slot = 1): Transport {
    this.roster.set(slot, [slot, `Writer ${slot}`, 0, 0, this.now()]);
    return (events) => {
      const line = new FarEnd(events);
      const dialled = this.reachable;
      this.lines.push(line);
      setTimeout(() => (dialled && this.reachable ? line.open() : events.closed(1006)), this.latency);
      return {
        send: (data) => {
          const message = unpack(data);
          setTimeout(() => this.hear(line, slot, message), this.latency);
        },
        close: () => {
          line.isOpen = false;
        },
      };
    };
  }

  get line(): FarEnd {
    return this.lines[this.lines.length - 1]!;
  }

  /** A sprint of so many seconds, in so many; its id. */
  sprint(id: number, inS: number, lastsS: number, reportingS = 120): void {
    const starts = this.now() + inS * 1_000;
    const ends = starts + lastsS * 1_000;
    this.timeline = { ...this.timeline, sprint: id, starts, ends, reporting_ends: ends + reportingS * 1_000 };
    this.timeline.cancelled = null;
    this.stored.set(id, new Map());
    this.tellPhase();
  }

  change(change: Partial<House["timeline"]>): void {
    this.timeline = { ...this.timeline, ...change };
    this.tellPhase();
  }

  tellPhase(): void {
    this.rev += 1;
    this.all((line) => line.say(this.phaseNow()));
  }

  all(act: (line: FarEnd) => void): void {
    for (const line of this.lines) if (line.isOpen) act(line);
  }

  /** The server dies, or the network: all lines are cut. */
  cutAll(code = 1006): void {
    for (const line of [...this.lines]) line.cut(code);
  }

  rows(): Map<number, Register> {
    return this.stored.get(this.timeline.sprint ?? 0) ?? new Map<number, Register>();
  }

  /** As if another device, or another writer, had counted. */
  put(slot: number, register: Register): void {
    this.rows().set(slot, register);
    this.tick(slot);
  }

  private tick(slot: number): void {
    if (!this.ticks) return;
    const { words } = this.rows().get(slot)!;
    this.all((line) => line.say({ tag: 67, sprint: this.timeline.sprint ?? 0, rows: [slot, words] }));
  }

  private phaseNow(): Loose<PhaseNow> {
    const now = this.now();
    const message = { tag: 70, rev: this.rev, ...this.timeline, now, phase: Phase.LOBBY } as PhaseNow;
    return { ...message, phase: phaseAt(message, now) };
  }

  private hear(line: FarEnd, slot: number, message: ClientMessage): void {
    if (!line.isOpen || line.silent) return;
    line.heard.push(message);
    const answer = (act: () => void): void => void setTimeout(act, this.latency);
    if (message.tag === 1) answer(() => this.welcome(line, slot, message));
    else if (message.tag === 2) answer(() => this.offered(line, message));
    else if (message.tag === 4) {
      const s = this.now();
      answer(() => line.say({ tag: 72, c0: message.c0, s1: s, s2: s }));
    } else if (message.tag === 6) answer(() => this.obey(line, slot, message));
  }

  private welcome(line: FarEnd, slot: number, hello: Hello): void {
    line.slot = (hello.capabilities ?? 0) & CAN_VIEW_ONLY ? null : slot;
    this.sayWelcome(line);
    line.say(this.phaseNow());
    line.say({ tag: 69, rows: [...this.roster.values()], whole: true });
    const rows = [...this.rows()].flatMap(([each, register]) => [each, register.words]);
    line.say({ tag: 66, sprint: this.timeline.sprint ?? 0, n: this.rows().size, rows });
    const { sprint, seq = 0, words = 0, flags = 0, active_ms = 0 } = hello;
    if (sprint) this.offered(line, { tag: 2, sprint, seq, words, flags, active_ms });
  }

  /** The writers of all lines have left, by other devices. */
  stand(): void {
    this.all((line) => {
      line.slot = null;
      this.sayWelcome(line);
    });
  }

  private sayWelcome(line: FarEnd): void {
    const own = line.slot === null ? undefined : this.rows().get(line.slot);
    line.say({
      tag: 65,
      slot: line.slot,
      role: line.slot === null ? Role.VIEWER : Role.WRITER,
      now: this.now(),
      tick_ms: 200,
      limits: [4096, 60, 86_400, 5_000, 20_000],
      seq: own?.seq ?? 0,
      words: own?.words ?? 0,
      start_total: this.startTotals.get(line.slot ?? -1) ?? 0,
      flags: own?.flags ?? 0,
      active_ms: 0,
      counted: own !== undefined,
    });
  }

  private offered(line: FarEnd, offer: Count): void {
    const { sprint, seq, words, flags = 0 } = offer;
    if (line.slot === null) return line.say({ tag: 73, ref: sprint, code: ErrorCode.NOT_ALLOWED, now: this.now() });
    if (seq > this.now() + 5_000) {
      return line.say({ tag: 73, ref: sprint, code: ErrorCode.CLOCK_AHEAD, field: "seq", now: this.now() });
    }
    if (!this.stored.has(sprint)) {
      return line.say({ tag: 73, ref: sprint, code: ErrorCode.NO_SUCH_SPRINT, now: this.now() });
    }
    const rows = this.stored.get(sprint)!;
    const held = rows.get(line.slot);
    if (held === undefined || seq > held.seq || (seq === held.seq && words > held.words)) {
      rows.set(line.slot, { seq, words, flags });
      if (sprint === this.timeline.sprint) this.tick(line.slot);
    }
    if (!this.acks) return;
    const stands = rows.get(line.slot)!;
    this.all((each) => {
      if (each.slot === line.slot) each.say({ tag: 71, kind: AckKind.COUNT, id: sprint, ...stands });
    });
  }

  private obey(line: FarEnd, slot: number, { id, op, args = [] }: Command): void {
    if (op === Op.JOIN || op === Op.LEAVE) {
      line.slot = op === Op.JOIN ? slot : null;
      this.sayWelcome(line);
    }
    if (op === Op.BASELINE) this.startTotals.set(slot, args[1] as number);
    if (op === Op.EXTEND) {
      const refusal = { ref: id, code: ErrorCode.BAD_REQUEST, field: "minutes", rule: "is a day or less" };
      return line.say({ tag: 73, ...refusal, now: this.now() });
    }
    line.say({ tag: 71, kind: AckKind.COMMAND, id });
  }
}
