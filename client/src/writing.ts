// My part in a room: the text, the count that it makes, what of it is committed, and what is kept on this device.

import { signal } from "@preact/signals";
import type { Clock } from "./clock";
import { WordCounter } from "./counter";
import type { Drafts, Kept } from "./drafts";
import * as count from "./own";
import { type Ack, type Count, CountFlags, type ErrorMessage, Phase, type PhaseNow, type Welcome } from "./protocol";
import type { Own } from "./store";
import { isNews, NO_COUNT, Sync } from "./sync";

const SAVE_MS = 500; // a pause: write the text to the device
const SAVE_AT_LEAST_MS = 5_000; // also without one
const UNTOLD = -1; // no start total is

/** What my part asks of the room around it. */
export interface Around {
  send(offer: Count): boolean;
  isOnline(): boolean;
  /** The server keeps the start total for my other devices. Whether it took it. */
  tellStartTotal(sprint: number, total: number): Promise<boolean>;
  /** My count is another one now. */
  counted(words: number): void;
  /** Another device of mine counted later than what was counted here without the line. */
  outdone(words: number, here: number): void;
}

export class Writing {
  readonly own = signal<Own>(shown(count.NO_SPRINT, true, true, 0));
  readonly textWords = signal(0);
  /** My place in the room; null: not a writer of it. */
  slot: number | null = null;
  /** Whose counts these are: my place, also after I left it. */
  private whose: number | null = null;
  private isKnown = false;
  private elsewhere = false;
  /** The start total that a command carries just now. */
  private telling: Pick<count.OwnCount, "sprint" | "startTotal"> | null = null;
  private readonly counter = new WordCounter();
  private readonly sync: Sync;
  private readonly loaded: Promise<void>;
  /** Server time of the text's last change, ms; 0: it has none. */
  private textAt = 0;
  private fill: ((text: string) => void) | undefined;
  private saveTimer: ReturnType<typeof setTimeout> | undefined;
  private unsavedSince: number | null = null;
  private hasChanged = false;
  /** The seq that the server had when it was reached last. */
  private entered = 0;

  constructor(
    private readonly clock: Clock,
    private readonly drafts: Drafts,
    private readonly around: Around,
  ) {
    this.sync = new Sync(clock, (offer) => around.send(offer));
    this.loaded = this.load();
  }

  /** The count itself. Changed by own.ts alone. */
  get count(): Readonly<count.OwnCount> {
    return this.sync.own;
  }

  // What the writer does --------------------------------------------------------------------------------------------

  async draft(late?: (text: string) => void): Promise<string> {
    this.fill = late;
    await this.loaded;
    return this.counter.value;
  }

  text(value: string, phase: Phase): void {
    if (value === this.counter.value) return; // an editor that was only opened says so too
    this.textAt = this.clock.now();
    this.textWords.value = this.counter.update(value);
    const counts = this.slot !== null && phase === Phase.WRITING;
    if (counts) this.typed();
    else this.save();
  }

  private typed(): void {
    if (count.type(this.sync.own, this.counter.words, this.clock.now())) this.changed();
    else this.save();
  }

  /** Chosen on the page, also before a number is given. Not kept: a reload begins with the way that the count says. */
  countElsewhere(elsewhere: boolean): void {
    this.elsewhere = elsewhere;
  }

  useTyped(): void {
    count.useTyped(this.sync.own, this.counter.words, this.clock.now());
    this.changed();
  }

  reportTotal(total: number): void {
    count.reportTotal(this.sync.own, total, this.clock.now());
    this.changed();
  }

  reportNew(plus: number): void {
    count.reportNew(this.sync.own, plus, this.clock.now());
    this.changed();
  }

  setStartTotal(total: number): void {
    count.setStartTotal(this.sync.own, total, this.clock.now());
    this.changed();
  }

  undo(): void {
    if (count.undo(this.sync.own, this.counter.words, this.clock.now())) this.changed();
  }

  done(): void {
    if (count.done(this.sync.own, this.clock.now())) this.changed(true);
  }

  // What the room says ----------------------------------------------------------------------------------------------

  /** Before the first WELCOME nobody knows whether what was kept here is of the one who enters: it is offered after it. */
  hello(): ReturnType<Sync["hello"]> {
    return this.isKnown ? this.sync.hello() : NO_COUNT;
  }

  welcomed(slot: number | null, resendMs: number): void {
    this.sync.resendMs = resendMs;
    // Another writer sits here now (a new session in the same browser): the text stays, the counts were not theirs.
    if (slot !== null && this.whose !== null && slot !== this.whose) this.sync.forget();
    this.isKnown = true;
    this.slot = slot;
    this.whose = slot ?? this.whose;
  }

  /** The room's timeline as it is now. Whether it is of another sprint than before. */
  follow(timeline: PhaseNow): boolean {
    const { own } = this.sync;
    if (timeline.sprint === null) return false;
    if (own.sprint === timeline.sprint) {
      own.starts = timeline.starts;
      own.ends = timeline.ends;
      return false;
    }
    // The line was away over the last one's bell, or this tab slept through it.
    if (own.joined !== null && !own.rung && this.clock.now() >= own.ends) count.ring(own, this.elsewhere);
    this.sync.moveOn(count.nextCount(timeline, own));
    return true;
  }

  /** Brings my count to where the sprint is: it begins, or the bell rings. `joinedAt`: in the room, server ms. */
  turn(phase: Phase, now: number, joinedAt: number | null): void {
    const { own } = this.sync;
    if (this.slot === null || own.sprint === 0 || phase < Phase.WRITING || phase === Phase.CANCELLED) return;
    if (own.joined === null) {
      count.begin(own, Math.max(own.starts, Math.min(now, joinedAt ?? now)), this.counter.words);
      this.save();
    }
    if (phase === Phase.WRITING) {
      if (own.rung && count.thaw(own, this.counter.words, now)) this.changed();
    } else if (!own.rung && count.ring(own, this.elsewhere)) this.changed(true);
  }

  /** My row of the roster: since when I am in the room, and whether the server found my count late. */
  listed(joinedAt: number, flags: number): void {
    const { own } = this.sync;
    if (!count.isUncommitted(own)) own.flags = (own.flags & ~CountFlags.LATE) | (flags & CountFlags.LATE);
    if (own.joined !== null) own.joined = Math.min(own.joined, Math.max(own.starts, joinedAt));
  }

  /** WELCOME's own row, once the PHASE after it has told of which sprint it is. */
  settle(welcome: Welcome, phase: Phase): void {
    if (welcome.slot === null) return;
    const { own } = this.sync;
    const { seq, words, flags, start_total: startTotal, active_ms: activeMs } = welcome;
    this.entered = seq;
    if (own.sprint !== 0 && isNews(welcome, own)) {
      const isOther = count.isUncommitted(own) && own.words !== words; // counted while the line was away, and not the last word
      if (isOther) this.around.outdone(words, own.words);
      this.adopt({ seq, words, flags, startTotal, activeMs }, isOther);
    } else own.acked = Math.min(own.acked, seq); // what it lacks is offered again
    if (own.toldStart === UNTOLD) this.tellStartTotal(own);
    else {
      own.toldStart = startTotal;
      if (own.startTotal === 0) own.startTotal = startTotal;
    }
    this.sync.ready();
    if (phase === Phase.WRITING && count.isBehind(own, this.counter.words)) this.typed();
  }

  /** My row as others see it: with nothing of mine under way, other words are from another tab or device of mine. */
  row(sprint: number, words: number, flags: number): void {
    const { own } = this.sync;
    if (own.sprint !== sprint || own.joined === null || count.isUncommitted(own) || words === own.words) return;
    this.adoptRow(Math.max(own.seq, 1), words, flags);
  }

  acked(ack: Ack): void {
    if (this.sync.acked(ack)) this.adoptRow(ack.seq, ack.words, ack.flags);
    this.show();
    this.save();
  }

  refused(error: ErrorMessage): boolean {
    return this.sync.refused(error);
  }

  /** No count of who left is taken. What was not yet is offered again should they come back. */
  leave(): void {
    this.slot = null;
    this.away();
  }

  away(): void {
    this.sync.away();
    this.show();
  }

  private adoptRow(seq: number, words: number, flags: number): void {
    const counted = flags & 0xff & ~CountFlags.WRITING;
    this.adopt({ seq, words, flags: counted, startTotal: this.count.startTotal, activeMs: 0 });
  }

  private adopt(known: count.Known, undoable = false): void {
    count.adopt(this.sync.own, known, this.counter.words, undoable);
    this.show();
    this.save();
  }

  // Keeping and showing ---------------------------------------------------------------------------------------------

  private changed(atOnce = false): void {
    this.sync.changed(atOnce);
    this.tellStartTotal(this.sync.own);
    this.show();
    this.save();
    this.around.counted(this.count.words);
  }

  private tellStartTotal(own: count.OwnCount): void {
    const { sprint, startTotal } = own;
    if (startTotal === own.toldStart || sprint === 0 || this.slot === null) return;
    const isOnItsWay = this.telling?.sprint === sprint && this.telling.startTotal === startTotal;
    own.toldStart = UNTOLD; // also over a reload
    if (isOnItsWay) return;
    const telling = (this.telling = { sprint, startTotal });
    void this.around.tellStartTotal(sprint, startTotal).then((taken) => {
      if (this.telling !== telling) return; // a later one says how it is
      this.telling = null;
      if (!taken || own.startTotal !== startTotal) return;
      own.toldStart = startTotal;
      this.save();
    });
  }

  show(): void {
    const [old, now] = [this.own.value, shown(this.count, this.sync.isSaved, this.around.isOnline(), this.clock.now())];
    // Each frame of the board comes by here: views are woken only by news.
    if ((Object.keys(now) as (keyof Own)[]).some((key) => now[key] !== old[key])) this.own.value = now;
  }

  /** Settles once what this device kept for the room stands. */
  ready(): Promise<void> {
    return this.loaded;
  }

  private async load(): Promise<void> {
    const kept = await this.drafts.load((late) => this.takeLate(late));
    if (kept === null) return;
    if (this.textAt === 0) this.put(kept);
    this.sync.own = kept.own;
    this.sync.older = kept.older;
    this.slot = this.whose = kept.slot;
    this.show();
  }

  private put({ text, textAt }: Kept): void {
    this.textWords.value = this.counter.update(text);
    this.textAt = Math.max(this.textAt, textAt);
  }

  /** The room was entered without it: it comes before what was written since. */
  private takeLate(kept: Kept): Kept {
    const { value, words } = this.counter;
    this.put({ ...kept, text: [kept.text, value].filter(Boolean).join("\n") });
    const { own } = this.sync;
    for (const each of [own, ...own.undo]) each.base += this.counter.words - words; // none of it was written just now
    this.fill?.(this.counter.value);
    this.whose ??= kept.slot;
    if (this.whose === kept.slot) {
      const old = kept.own;
      // Typed before and since: the server had nothing as late as the first, and the second is counted from where it was.
      const isTyped = own.how === "typed" && old.how === "typed" && old.sprint === own.sprint && !own.rung;
      const goesOn = isTyped && old.seq > this.entered && count.isUncommitted(old);
      if (goesOn) old.seq = Math.max(old.seq, own.seq + 1);
      this.sync.take([...kept.older, old]);
      if (goesOn && count.isBehind(old, this.counter.words)) this.typed();
    }
    this.show();
    this.save();
    return this.kept();
  }

  private save(): void {
    const now = this.clock.mono();
    this.hasChanged = true;
    this.unsavedSince ??= now;
    clearTimeout(this.saveTimer);
    const longest = Math.max(0, this.unsavedSince + SAVE_AT_LEAST_MS - now);
    const write = (): void => {
      this.unsavedSince = null;
      void this.drafts.save(this.kept());
    };
    this.saveTimer = setTimeout(write, Math.min(SAVE_MS, longest));
  }

  /** The page may go away. Also what was saved is written again: that may be under way still, or in memory alone. */
  saveNow(): void {
    if (!this.hasChanged) return;
    clearTimeout(this.saveTimer);
    this.unsavedSince = null;
    this.drafts.saveNow(this.kept());
  }

  private kept(): Kept {
    const { own, older } = this.sync;
    const { textAt, whose } = this;
    return { at: this.clock.now(), textAt, text: this.counter.value, slot: whose, own, older };
  }
}

function shown(own: Readonly<count.OwnCount>, isSaved: boolean, isOnline: boolean, now: number): Own {
  return {
    words: own.words,
    how: own.how,
    startTotal: own.startTotal,
    total: own.startTotal + own.words,
    activeMs: Math.floor(count.activeMs(own, now) / 1_000) * 1_000,
    reported: (own.flags & CountFlags.IN) !== 0,
    saved: isSaved ? "saved" : isOnline ? "saving" : "waiting",
    canUndo: own.undo.length > 0,
    late: (own.flags & CountFlags.LATE) !== 0,
  };
}
