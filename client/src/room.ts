// The room's store: puts connection, clock, board and my own part together and shows them as signals.

import { batch, computed, signal } from "@preact/signals";
import { Counts, type Me, tellsOf } from "./board";
import { Clock } from "./clock";
import { Commands } from "./commands";
import { Connection, type Transport, webSocket } from "./connection";
import { deviceStorage, Drafts, type Storage, tabName } from "./drafts";
import { isolated } from "./isolated";
import { Notices } from "./notices";
import {
  type Ack,
  AckKind,
  CAN_VIEW_ONLY,
  type Cheer,
  type Cheered,
  ERROR_TEXT,
  ErrorCode,
  type ErrorMessage,
  Op,
  Phase,
  type PhaseNow,
  Role,
  type ServerMessage,
  type Welcome,
} from "./protocol";
import type { Link, NewRound, Outcome, Ranked, RoomStore } from "./store";
import { NO_COUNT } from "./sync";
import { nextBoundary, phaseAt } from "./timeline";
import { Writing } from "./writing";

export type * from "./store";

export interface RoomOptions {
  slug: string;
  viewOnly: boolean;
  transport?: Transport;
  clock?: Clock;
  storage?: Storage;
  /** This tab's name among those that keep a text for the room. */
  tab?: string;
}

export function openRoom(options: RoomOptions): RoomStore {
  return new Room(options);
}

class Room implements RoomStore {
  readonly link = signal<Link>("connecting");
  readonly closedCode = signal<number | null>(null);
  readonly slot = signal<number | null>(null);
  readonly role = signal<Role>(Role.VIEWER);
  readonly timeline = signal<PhaseNow | null>(null);
  readonly phase = signal<Phase>(Phase.LOBBY);
  readonly remainingMs = signal(0);
  readonly delayed = computed(() => this.link.value === "reconnecting" || (this.timeline.value?.delayed ?? false));
  readonly writers = computed(() => this.counts.writers(this.me()));
  readonly board = computed(() => this.counts.board(this.me(), ...this.shownNow()));
  readonly own;
  readonly textWords;
  readonly notices;

  private readonly version = signal(0); // of counts and names, which change in place
  private readonly clock: Clock;
  private readonly counts = new Counts();
  private readonly announce = new Notices();
  private readonly connection: Connection;
  private readonly commands: Commands;
  private readonly writing: Writing;
  private readonly closing = new AbortController();
  private viewOnly: boolean;
  private welcome: Welcome | null = null;
  private nextTurn: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: RoomOptions) {
    this.viewOnly = options.viewOnly;
    this.clock = options.clock ?? new Clock();
    this.connection = new Connection(options.transport ?? webSocket(socketUrl()), this.clock, {
      opened: () => this.hello(),
      message: (message) => batch(() => this.heard(message)),
      away: () => this.away(),
      closed: (code) => this.closed(code),
    });
    this.commands = new Commands((command) => this.isOnline() && this.connection.send(command));
    const drafts = new Drafts(options.storage ?? deviceStorage(), options.slug, options.tab ?? tabName());
    this.writing = new Writing(this.clock, drafts, {
      send: (offer) => this.connection.send(offer),
      isOnline: () => this.isOnline(),
      tellStartTotal: async (...args) => (await this.commands.run(Op.BASELINE, args)).ok,
      counted: (words) => this.announce.words(words),
      outdone: (words, here) => this.announce.outdone(words, here),
    });
    ({ own: this.own, textWords: this.textWords } = this.writing);
    this.notices = this.announce.list;
    this.listen();
    void this.writing.ready().then(() => {
      if (!this.closing.signal.aborted) this.connection.dial();
    });
  }

  // What views do ---------------------------------------------------------------------------------------------------

  fullBoard(): Ranked[] {
    return this.counts.ranked(this.me(), ...this.shownNow());
  }

  serverNow(): number {
    return this.clock.now();
  }

  start({ durationS, delayS = 60, startsAt }: NewRound): Promise<Outcome> {
    return this.commands.run(Op.START, [durationS, delayS, startsAt ?? null]);
  }

  cancel(): Promise<Outcome> {
    return this.commands.run(Op.CANCEL, [this.sprint()]);
  }

  extend(byS: number): Promise<Outcome> {
    return this.commands.run(Op.EXTEND, [this.sprint(), byS]);
  }

  end(): Promise<Outcome> {
    return this.commands.run(Op.END, [this.sprint()]);
  }

  async join(): Promise<Outcome> {
    const outcome = await this.commands.run(Op.JOIN, []);
    if (!outcome.ok) return outcome;
    this.viewOnly = false;
    if (this.slot.value === null) this.connection.redial(); // a new HELLO is answered as to a writer
    return outcome;
  }

  async leave(): Promise<Outcome> {
    const outcome = await this.commands.run(Op.LEAVE, []);
    if (!outcome.ok) return outcome;
    this.viewOnly = true;
    this.slot.value = null;
    this.writing.leave();
    return outcome;
  }

  cheer(to: number | null, kind: Cheer): Promise<Outcome> {
    return this.commands.run(Op.CHEER, [kind, to]);
  }

  remove(slot: number): Promise<Outcome> {
    return this.commands.run(Op.REMOVE, [slot]);
  }

  text(value: string): void {
    // A boundary that this tab slept through: the sprint began, or ended, with the text before this change.
    if (phaseAt(this.timeline.value, this.clock.now()) !== this.phase.value) this.turn();
    this.writing.text(value, this.phase.value);
  }

  draft(late?: (text: string) => void): Promise<string> {
    return this.writing.draft(late);
  }

  countElsewhere(elsewhere: boolean): void {
    this.writing.countElsewhere(elsewhere);
  }

  useTyped(): void {
    this.writing.useTyped();
  }

  reportTotal(total: number): void {
    this.writing.reportTotal(total);
  }

  reportNew(plus: number): void {
    this.writing.reportNew(plus);
  }

  setStartTotal(total: number): void {
    this.writing.setStartTotal(total);
  }

  undo(): void {
    this.writing.undo();
  }

  done(): void {
    this.writing.done();
  }

  close(): void {
    this.closing.abort();
    clearTimeout(this.nextTurn);
    this.writing.saveNow();
    this.writing.away();
    this.connection.send({ tag: 7 });
    this.connection.stop();
  }

  // What the server says --------------------------------------------------------------------------------------------

  private hello(): void {
    const last = this.viewOnly ? NO_COUNT : this.writing.hello(); // a viewer's count would be refused
    const capabilities = this.viewOnly ? CAN_VIEW_ONLY : 0;
    this.connection.send({ tag: 1, room: this.options.slug, ...last, capabilities });
  }

  private heard(message: ServerMessage): void {
    switch (message.tag) {
      case 65:
        return this.welcomed(message);
      case 66:
      case 67:
      case 68:
        return this.counts.frame(message) ? this.boardChanged(tellsOf(message, this.slot.value)) : undefined;
      case 69:
        this.counts.named(message);
        return this.boardChanged(false);
      case 70:
        return this.phased(message);
      case 71:
        return this.acked(message);
      case 73:
        return this.refused(message);
      case 76:
        return this.cheered(message);
    }
  }

  private welcomed(welcome: Welcome): void {
    const justJoined = this.isOnline() && this.slot.value === null && welcome.slot !== null;
    this.welcome = welcome;
    this.clock.heard(welcome.now);
    this.connection.welcomed();
    this.writing.welcomed(welcome.slot, welcome.limits[4]);
    this.link.value = "online";
    this.slot.value = welcome.slot;
    if (welcome.slot === null) this.viewOnly = true; // who left by another device is not to come back by this one
    this.role.value = welcome.role as Role;
    this.commands.ready();
    const known = this.timeline.value;
    if (justJoined && known !== null) this.phased(known); // no PHASE follows: nothing but my part in it is new
  }

  private phased(next: PhaseNow): void {
    this.clock.heard(next.now);
    const old = this.timeline.value;
    if (old === null || next.rev >= old.rev) this.follow(next);
    if (this.welcome !== null) this.writing.settle(this.welcome, this.phase.value);
    this.welcome = null;
    if (old === null) this.announce.begin(this.writing.count.words); // what another device counted was told there
    this.writing.show();
  }

  private follow(next: PhaseNow): void {
    const isFirst = this.timeline.value === null;
    this.timeline.value = next;
    if (next.sprint !== null && next.sprint !== this.counts.sprint) {
      this.counts.begin(next.sprint);
      this.version.value += 1;
    }
    if (this.writing.follow(next) || isFirst) {
      // Nothing of the other sprint is announced any more, and nothing that was so before this page came.
      this.announce.begin(this.writing.count.words);
      this.phase.value = phaseAt(next, this.clock.now());
    }
    this.turn();
  }

  /** My own row tells of my other tabs and devices; one from an earlier frame may be older than what was committed since. */
  private boardChanged(rowIsNew: boolean): void {
    this.version.value += 1;
    const slot = this.slot.value;
    if (slot === null) return;
    const flags = this.counts.flagsOf(slot);
    const joinedAt = this.counts.joinedAt(slot);
    const words = this.counts.wordsOf(slot);
    if (joinedAt !== null) this.writing.listed(joinedAt, flags);
    if (words !== undefined && rowIsNew) this.writing.row(this.counts.sprint, words, flags);
    this.writing.show();
  }

  private acked(ack: Ack): void {
    if (ack.kind === AckKind.COMMAND) this.commands.answered(ack.id, ack.code);
    else this.writing.acked(ack);
  }

  private refused(error: ErrorMessage): void {
    if (this.commands.refused(error)) return;
    const isMine = this.writing.refused(error);
    if (isMine) this.writing.show();
    if (isMine && this.slot.value === null) return; // it was under way when its writer left
    if (isMine && (error.temporary || error.code === ErrorCode.CLOCK_AHEAD)) return; // mended without anybody
    this.announce.say({ kind: "error", text: ERROR_TEXT[error.code] ?? "Something was refused." });
  }

  private cheered({ slot }: Cheered): void {
    const from = this.counts.nameOf(slot);
    this.announce.say({ kind: "cheer", slot, text: `${from ? isolated(from) : "Someone"} cheers` });
  }

  private away(): void {
    if (this.link.value === "online") this.link.value = "reconnecting";
    this.writing.away();
  }

  private closed(code: number): void {
    batch(() => {
      this.link.value = "closed";
      this.closedCode.value = code;
      this.writing.away();
    });
    this.commands.closed(code);
    this.writing.saveNow();
  }

  // Time ------------------------------------------------------------------------------------------------------------

  /** Brings everything to what now asks for, and wakes again at the next second of the deadline. Late is harmless. */
  private turn(): void {
    const now = this.clock.now();
    const timeline = this.timeline.value;
    const [before, phase] = [this.phase.value, phaseAt(timeline, now)];
    const boundary = nextBoundary(timeline, now);
    const left = boundary === null ? 0 : boundary - now;
    const seconds = Math.ceil(left / 1_000);
    clearTimeout(this.nextTurn);
    if (boundary !== null) this.nextTurn = setTimeout(() => this.turn(), left - (seconds - 1) * 1_000);
    batch(() => {
      this.writing.turn(phase, now, this.counts.joinedAt(this.slot.value ?? -1));
      this.phase.value = phase;
      this.remainingMs.value = seconds * 1_000;
      if (phase === Phase.WRITING) this.announce.time(left);
      if (phase !== before) this.announce.phase(before, phase);
    });
  }

  /** The device's own news. Absent where there is no window (tests). */
  private listen(): void {
    if (typeof window === "undefined") return;
    const { signal: until } = this.closing;
    const hurry = (): void => {
      this.turn();
      this.connection.hurry();
    };
    window.addEventListener("online", hurry, { signal: until });
    window.addEventListener("offline", hurry, { signal: until });
    window.addEventListener("pagehide", () => this.writing.saveNow(), { signal: until });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.writing.saveNow() : hurry()), {
      signal: until,
    });
  }

  private isOnline(): boolean {
    return this.link.value === "online";
  }

  /** The sprint that a command means. */
  private sprint(): number {
    return this.timeline.value?.sprint ?? 0;
  }

  private me(): Me | null {
    void this.version.value;
    const slot = this.slot.value;
    const { words, seq, flags } = this.writing.count;
    void this.own.value;
    return slot === null ? null : { slot, words, counted: seq > 0, flags };
  }

  /** Whether those without a count are shown, and since when one is late. */
  private shownNow(): [waiting: boolean, starts: number] {
    const waiting = this.phase.value !== Phase.REPORTING;
    return [waiting, this.timeline.value?.starts ?? 0];
  }
}

function socketUrl(): string {
  return `${location.origin.replace(/^http/, "ws")}/ws`;
}
