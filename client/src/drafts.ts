// Keeps the text and the counts on this device: one record for each room and tab, so that no tab overwrites another's text.

import { createStore, del, get, keys, set } from "idb-keyval";
import { isUncommitted, NO_SPRINT, type OwnCount } from "./own";
import { randomKey } from "./random";

export interface Kept {
  /** Server time of this record, ms. */
  at: number;
  /** Of the last change of the text, which an ACK or a look at it is none: the newest is what a new tab starts from. */
  textAt: number;
  text: string;
  /** Whose counts they are in this room; null where it was only viewed. */
  slot: number | null;
  own: OwnCount;
  /** Of earlier sprints, not committed yet. */
  older: OwnCount[];
}

export interface Storage {
  get(key: string): Promise<unknown>;
  /** Whether it outlives the page. */
  set(key: string, value: unknown): Promise<boolean>;
  del(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

const KEPT_MS = 60 * 86_400_000;
const PATIENCE_MS = 2_000;
const BESIDE = "wordtide.kept/"; // of the keys in localStorage

export function memoryStorage(): Storage {
  const values = new Map<string, unknown>();
  return {
    get: (key) => Promise.resolve(structuredClone(values.get(key))),
    async set(key, value) {
      values.set(key, structuredClone(value));
      return false;
    },
    del: (key) => Promise.resolve(void values.delete(key)),
    keys: () => Promise.resolve([...values.keys()]),
  };
}

/** IndexedDB; where the browser refuses it (some private windows do), memory, and what pagehide leaves below. */
export function deviceStorage(): Storage {
  const memory = memoryStorage();
  const store = createStore("wordtide", "kept");
  const either = async <T>(real: () => Promise<T>, other: () => Promise<T>): Promise<T> => {
    try {
      return await real();
    } catch {
      return other();
    }
  };
  return {
    get: (key) => either(() => get<unknown>(key, store), () => memory.get(key)),
    set: (key, value) => either(() => set(key, value, store).then(() => true), () => memory.set(key, value)),
    del: (key) => either(() => del(key, store), () => memory.del(key)),
    keys: () => either(() => keys<string>(store), () => memory.keys()),
  };
}

/** What an earlier version of these pages kept may lack a field. */
function whole(kept: Kept): Kept {
  const count = (own: OwnCount): OwnCount => ({ ...NO_SPRINT, ...own });
  return { ...kept, textAt: kept.textAt ?? kept.at, own: count(kept.own), older: kept.older.map(count) };
}

const TAB = "wordtide.tab";
let tab: string | undefined;

/** The tab's own name: it survives a reload. While the page stands only the page has it, for "Duplicate tab" copies the rest. */
export function tabName(): string {
  if (tab !== undefined) return tab;
  tab = randomKey();
  attempt(() => {
    tab = sessionStorage.getItem(TAB) ?? tab;
    sessionStorage.removeItem(TAB);
    addEventListener("pagehide", () => attempt(() => sessionStorage.setItem(TAB, tab!)));
    addEventListener("pageshow", () => attempt(() => sessionStorage.removeItem(TAB)));
  });
  return tab;
}

/** Web storage may be full, refused, or not there: it is never the only place. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // As if there were none.
  }
}

interface Found {
  kept: Kept | null;
  /** Of the room's other tabs, by key. */
  others: Map<string, Kept>;
}

export class Drafts {
  private readonly room: string;
  private key: string;
  /** Of the last record that this page put into localStorage: its `at`. */
  private besideAt = 0;

  constructor(
    private readonly storage: Storage,
    slug: string,
    name: string,
  ) {
    this.room = `${slug}/`;
    this.key = this.room + name;
  }

  /**
   * What this tab kept, or a new tab takes over from the room's last one; its writer's counts on offer come from all of them.
   * Null also where the database is too slow: what it says in the end goes to `late`, which answers what is to be kept now.
   */
  async load(late = (kept: Kept): Kept => kept): Promise<Kept | null> {
    const { key } = this;
    const reading = this.read(key);
    const gaveUp = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
    const found = await Promise.race([reading, gaveUp]); // a blocked database must not keep a writer out of the room
    if (found !== null) {
      await Promise.race([this.takeOver(found), gaveUp]);
      return found.kept;
    }
    this.key = this.room + (tab = randomKey()); // what is written from now on must not replace what was not read yet
    void reading.then(({ kept, others }) => {
      if (kept !== null) void this.takeOver({ kept: late(kept), others: others.set(key, kept) });
    });
    return null;
  }

  private async read(own: string): Promise<Found> {
    const others = new Map<string, Kept>();
    for (const key of await this.keys()) {
      const kept = key === own || key === this.key ? null : await this.stored(key);
      if (kept !== null) others.set(key, kept);
    }
    const newest = [...others.values()].sort((a, b) => b.textAt - a.textAt || b.at - a.at)[0];
    const had = await this.stored(own);
    // A tab that has never had a text may have been too early for the one that was there; if that is not another writer's.
    const isOther = had !== null && had.slot !== null && had.slot !== newest?.slot;
    const mine = had?.textAt || !newest?.textAt || isOther ? (had ?? newest) : newest;
    if (mine === undefined) return { kept: null, others };
    const slot = mine.slot ?? [...others.values()].find((each) => each.slot !== null)?.slot ?? null;
    const isToOffer = (own: OwnCount): boolean =>
      isUncommitted(own) && (own.sprint !== mine.own.sprint || own.seq > mine.own.seq);
    const same = [had, ...others.values()].filter((each) => each?.slot === slot); // others' counts are not this writer's
    const older = same.flatMap((each) => [...each!.older, each!.own]).filter(isToOffer);
    return { kept: { ...mine, slot, older }, others };
  }

  private async takeOver({ kept, others }: Found): Promise<void> {
    if (kept === null || others.size === 0) return;
    await this.write(this.key, kept);
    for (const [key, each] of others) await this.tidy(key, each, kept);
  }

  /** What stands here now need not stand there too; a very old text goes. The counts of another writer stay for them. */
  private async tidy(key: string, other: Kept, mine: Kept): Promise<void> {
    const isOurs = other.slot === mine.slot || ![...other.older, other.own].some(isUncommitted);
    const isHere = isOurs && (other.text === "" || other.text === mine.text);
    if (isHere || mine.at - other.at > KEPT_MS) await this.write(key, null);
    else if (isOurs && other.older.length > 0) await this.write(key, { ...other, older: [] });
  }

  async save(kept: Kept): Promise<void> {
    await this.write(this.key, kept);
  }

  /** The page goes away: IndexedDB may not get to it any more, localStorage writes at once. */
  saveNow(kept: Kept): void {
    this.besides(this.key, kept);
    void this.write(this.key, kept);
  }

  private besides(key: string, kept: Kept): void {
    this.besideAt = kept.at;
    attempt(() => localStorage.setItem(BESIDE + key, JSON.stringify(kept)));
  }

  private async write(key: string, kept: Kept | null): Promise<void> {
    if (kept === null) await this.storage.del(key);
    else {
      const lasts = await this.storage.set(key, kept);
      if (kept.at < this.besideAt) return; // while it was on its way, the page left a later one beside
      if (!lasts) return this.besides(key, kept); // memory goes with the page
    }
    attempt(() => localStorage.removeItem(BESIDE + key));
  }

  /** All of the room, also what only pagehide got to write. */
  private async keys(): Promise<Set<string>> {
    const keys = new Set(await this.storage.keys());
    attempt(() => {
      for (const name of Object.keys(localStorage)) if (name.startsWith(BESIDE)) keys.add(name.slice(BESIDE.length));
    });
    return new Set([...keys].filter((key) => key.startsWith(this.room)));
  }

  private async stored(key: string): Promise<Kept | null> {
    let found = ((await this.storage.get(key)) as Kept | undefined) ?? null;
    attempt(() => {
      const text = localStorage.getItem(BESIDE + key);
      const kept = text === null ? null : (JSON.parse(text) as Kept);
      if (kept !== null && (found === null || kept.at >= found.at)) found = kept;
    });
    return found === null ? null : whole(found);
  }
}
