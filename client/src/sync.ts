// Brings my counts to the server: offers the newest at most every 400 ms, again until it is committed, older sprints' too.

import type { Clock } from "./clock";
import { activeMs, isUncommitted, NO_SPRINT, type OwnCount, restamp } from "./own";
import { type Ack, type Count, ErrorCode, type ErrorMessage, type Hello, RESEND_MS, THERE_SEQ } from "./protocol";

const OFFER_MS = 400;

type Timer = ReturnType<typeof setTimeout>;
type Known = Pick<Ack, "seq" | "words">;
type Offered = Required<Pick<Hello, "sprint" | "seq" | "words" | "flags" | "active_ms">>;

export const NO_COUNT: Readonly<Offered> = { sprint: null, seq: 0, words: 0, flags: 0, active_ms: 0 };

/** Above 0: what is known there stands over mine. With one stamp, given on two devices, the one with more words does. */
const ahead = ({ seq, words }: Known, own: OwnCount): number => seq - own.seq || (own.mine ? words - own.words : 0);

/** It stands over mine, and is a count: the row with which the server puts who is there on the board is none. */
export const isNews = (known: Known, own: OwnCount): boolean => ahead(known, own) > 0 && known.seq > THERE_SEQ;

export class Sync {
  /** The count of the room's current sprint, changed in place by own.ts. */
  own: OwnCount = { ...NO_SPRINT };
  /** Counts of earlier sprints that are not committed yet. */
  older: OwnCount[] = [];
  resendMs = RESEND_MS;
  private isReady = false;
  private lastOffer = -OFFER_MS;
  private timer: Timer | undefined;
  private resend: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly send: (count: Count) => boolean,
  ) {}

  get isSaved(): boolean {
    return !isUncommitted(this.own) && this.older.length === 0;
  }

  /** The room moved on to another sprint: what is not committed of the last one stays on offer, and goes out now. */
  moveOn(next: OwnCount): void {
    const wasUncommitted = isUncommitted(this.own);
    if (wasUncommitted) this.older.push(this.own);
    this.own = next;
    if (wasUncommitted) this.offerAll(); // its bell may have rung just now, and nothing else may ever be typed
  }

  /** Counts that were kept, heard of after the room: the running sprint's goes on, others' are offered if they are not committed. */
  take(kept: OwnCount[]): void {
    for (const each of kept) {
      if (each.sprint === this.own.sprint && each.seq > this.own.seq) this.own = each;
      else if (each.sprint !== this.own.sprint && isUncommitted(each)) this.older.push(each);
    }
    this.offerAll();
  }

  forget(): void {
    this.own = { ...NO_SPRINT };
    this.older = [];
  }

  /** What HELLO carries: the newest count that is not committed. */
  hello(): Readonly<Offered> {
    const [own] = [...this.older, this.own].filter(isUncommitted).sort((a, b) => b.seq - a.seq);
    return own === undefined ? NO_COUNT : { sprint: own.sprint, ...this.fields(own) };
  }

  /** The line works and the room's timeline is known: offer all that is not committed. */
  ready(): void {
    this.isReady = true;
    this.offerAll();
  }

  away(): void {
    this.isReady = false;
    clearTimeout(this.timer);
    clearTimeout(this.resend);
    this.timer = undefined;
  }

  /** My count changed: it goes out within 400 ms, `atOnce` where the bell rang. */
  changed(atOnce = false): void {
    if (!this.isReady || !isUncommitted(this.own)) return;
    const wait = atOnce ? 0 : Math.max(0, this.lastOffer + OFFER_MS - this.clock.mono());
    if (wait === 0) this.offerAll();
    else this.timer ??= setTimeout(() => this.offerAll(), wait);
  }

  /** Committed. True where it was another count of mine, from another tab or device: that one stands now. */
  acked(ack: Known & Pick<Ack, "id">): boolean {
    const { own } = this;
    for (const each of [...this.older, own]) {
      const isMoreHere = ahead(ack, each) < 0; // and is still to be committed, also with that very stamp
      if (each.sprint === ack.id) each.acked = Math.max(each.acked, Math.min(ack.seq, each.seq - +isMoreHere));
    }
    this.older = this.older.filter(isUncommitted);
    return own.sprint === ack.id && isNews(ack, own);
  }

  /** An ERROR about a count. Whether it was one of mine. */
  refused(error: ErrorMessage): boolean {
    const refused = [...this.older, this.own].find((each) => each.sprint === error.ref && each.sprint !== 0);
    if (refused === undefined) return false;
    if (error.code === ErrorCode.CLOCK_AHEAD) {
      if (error.now > 0) this.clock.restart(error.now);
      const { seq } = refused;
      restamp(refused, this.clock.now());
      // Else what is committed lies ahead itself, for the server's clock went back: it goes out with the next repeat.
      if (refused.seq < seq) this.offer(refused);
    } else if (error.code === ErrorCode.NO_SUCH_SPRINT || error.code === ErrorCode.BAD_REQUEST) {
      refused.acked = refused.seq; // it would be refused for ever
      this.older = this.older.filter(isUncommitted);
    }
    return true;
  }

  private offerAll(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const each of this.older) this.offer(each);
    if (isUncommitted(this.own)) this.offer(this.own);
  }

  private offer(own: OwnCount): void {
    if (!this.isReady || !this.send({ tag: 2, sprint: own.sprint, ...this.fields(own) })) return;
    this.lastOffer = this.clock.mono();
    clearTimeout(this.resend);
    this.resend = setTimeout(() => {
      if (!this.isSaved) this.offerAll();
    }, this.resendMs);
  }

  private fields(own: OwnCount): Omit<Offered, "sprint"> {
    return { seq: own.seq, words: own.words, flags: own.flags, active_ms: activeMs(own, this.clock.now()) };
  }
}
