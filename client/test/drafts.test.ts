import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { deviceStorage, Drafts, type Kept, memoryStorage, type Storage } from "../src/drafts";
import { NO_SPRINT, type OwnCount } from "../src/own";

let storage: Storage;
let local: Record<string, string>;

const drafts = (tab: string): Drafts => new Drafts(storage, "tide", tab);
const own = (change: Partial<OwnCount>): OwnCount => ({ ...NO_SPRINT, ...change });
const kept = (text: string, at: number, change: Partial<Kept> = {}): Kept => ({
  at,
  textAt: at,
  text,
  slot: 1,
  own: own({}),
  older: [],
  ...change,
});

/** As IndexedDB: it outlives the page. */
const lasting = (): Storage => {
  const memory = memoryStorage();
  return { ...memory, set: (key, value) => memory.set(key, value).then(() => true) };
};

beforeEach(() => {
  storage = lasting();
  local = {};
  // As browsers have it: the items are the object's own keys.
  const methods = {
    getItem: (key: string) => local[key] ?? null,
    setItem: (key: string, value: string) => void (local[key] = value),
    removeItem: (key: string) => void delete local[key],
  };
  const itself = {
    ownKeys: () => Object.keys(local),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  };
  vi.stubGlobal("localStorage", new Proxy(methods, itself));
});
afterEach(() => void vi.unstubAllGlobals());

describe("a page that goes away", () => {
  test("leaves what IndexedDB did not get to, and the next one finds it", async () => {
    await drafts("one").save(kept("before", 1));
    storage.set = () => new Promise(() => {}); // the page is gone before it is written
    drafts("one").saveNow(kept("after", 2));
    expect((await drafts("one").load())?.text).toBe("after");
  });

  test("leaves it also where the browser refuses IndexedDB", async () => {
    storage = deviceStorage(); // there is none in Node
    drafts("one").saveNow(kept("text", 1));
    await drafts("one").save(kept("text", 1));
    storage = deviceStorage(); // the next page's
    expect((await drafts("one").load())?.text).toBe("text");
  });

  test("and one that has no time to: each save is beside at once where the browser refuses IndexedDB", async () => {
    storage = deviceStorage(); // there is none in Node
    await drafts("one").save(kept("text", 1));
    storage = deviceStorage(); // after a crash
    expect((await drafts("one").load())?.text).toBe("text");
  });

  test("leaves it also where an earlier text was just on its way to IndexedDB", async () => {
    const page = drafts("one");
    const written: ((lasts: boolean) => void)[] = [];
    storage.set = () => new Promise((resolve) => void written.push(resolve));
    const saved = page.save(kept("earlier", 1));
    page.saveNow(kept("later", 2));
    written[0]!(true);
    await saved;
    expect((await drafts("one").load())?.text).toBe("later");
  });

  test("is not believed where IndexedDB has something later", async () => {
    storage.set = () => new Promise(() => {});
    drafts("one").saveNow(kept("earlier", 1));
    const later = lasting();
    await later.set("tide/one", kept("later", 2));
    storage = later;
    expect((await drafts("one").load())?.text).toBe("later");
  });

  test("a tab that was closed leaves its text to the next one, also from there", async () => {
    const { set } = storage;
    storage.set = () => new Promise(() => {});
    drafts("one").saveNow(kept("closed at once", 1));
    storage.set = set;
    expect((await drafts("two").load())?.text).toBe("closed at once");
    expect(Object.keys(local)).toEqual([]);
    expect(await storage.keys()).toEqual(["tide/two"]);
  });

  test("what was written in time leaves nothing beside it", async () => {
    drafts("one").saveNow(kept("text", 1));
    await vi.waitFor(() => expect(Object.keys(local)).toEqual([]));
    expect((await drafts("one").load())?.text).toBe("text");
  });

  test("without localStorage, or with a full one, IndexedDB does", async () => {
    vi.stubGlobal("localStorage", undefined);
    drafts("one").saveNow(kept("text", 1));
    expect((await drafts("one").load())?.text).toBe("text");
  });
});

describe("several tabs", () => {
  test("a new one takes over the newest text of the room, of no other room", async () => {
    await drafts("one").save(kept("older", 1));
    await drafts("two").save(kept("newer", 2));
    await new Drafts(storage, "elsewhere", "x").save(kept("not here", 9));
    expect((await drafts("three").load())?.text).toBe("newer");
  });

  test("the newest is the one whose text changed last, not the one that was saved last", async () => {
    await drafts("one").save(kept("older", 9, { textAt: 1 }));
    await drafts("two").save(kept("newer", 3, { textAt: 2 }));
    expect((await drafts("three").load())?.text).toBe("newer");
  });

  test("counts that others never brought to the server are offered by this one", async () => {
    const open = own({ sprint: 6, seq: 50, acked: 0, words: 77 });
    const done = own({ sprint: 5, seq: 40, acked: 40, words: 10 });
    await drafts("one").save(kept("a", 1, { own: open, older: [done] }));
    await drafts("two").save(kept("b", 2, { own: own({ sprint: 8 }) }));
    const mine = await drafts("two").load();
    expect(mine?.text).toBe("b");
    expect(mine?.older).toEqual([open]);
  });

  test("counts of whoever wrote here before are not, and stay for them", async () => {
    const open = own({ sprint: 6, seq: 50, acked: 0, words: 77 });
    await drafts("theirs").save(kept("the same", 1, { slot: 1, own: open, older: [own({ sprint: 5, seq: 40 })] }));
    await drafts("mine").save(kept("the same", 2, { slot: 2 }));
    expect(await drafts("mine").load()).toMatchObject({ slot: 2, older: [] });
    expect(await storage.get("tide/theirs")).toMatchObject({ own: open, older: [own({ sprint: 5, seq: 40 })] });
  });

  test("a tab that only watched offers them as the writer's whose they are", async () => {
    const open = own({ sprint: 6, seq: 50, acked: 0, words: 77 });
    await drafts("wrote").save(kept("a", 1, { own: open }));
    await drafts("watched").save(kept("", 2, { slot: null }));
    expect(await drafts("watched").load()).toMatchObject({ slot: 1, older: [open] });
  });

  test("an older count of the sprint that this one counts in is not", async () => {
    await drafts("one").save(kept("a", 1, { own: own({ sprint: 7, seq: 50, words: 5 }) }));
    await drafts("two").save(kept("b", 2, { own: own({ sprint: 7, seq: 60, words: 6 }) }));
    expect((await drafts("two").load())?.older).toEqual([]);
    expect((await drafts("one").load())?.older).toEqual([expect.objectContaining({ seq: 60 })]);
  });

  test("a text that differs stays where it is; the same text is not kept twice", async () => {
    await drafts("one").save(kept("its own", 1));
    await drafts("two").save(kept("the same", 2));
    await drafts("three").save(kept("the same", 3));
    await drafts("three").load();
    expect((await storage.keys()).sort()).toEqual(["tide/one", "tide/three"]);
  });
});

test("a database that never answers keeps nobody out of the room", async () => {
  vi.useFakeTimers();
  storage.keys = () => new Promise(() => {});
  const loaded = drafts("one").load();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await loaded).toBeNull();
  vi.useRealTimers();
});

describe("a database that is slow", () => {
  const SLOW_MS = 3_000;
  let quick: Storage["keys"];

  beforeEach(async () => {
    vi.useFakeTimers();
    await drafts("one").save(kept("from before", 1));
    quick = storage.keys;
    storage.keys = async () => {
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      return quick();
    };
  });
  afterEach(() => void vi.useRealTimers());

  test("does not have what it keeps replaced by what was written meanwhile", async () => {
    const slow = drafts("one");
    const loaded = slow.load(() => kept("from before, written meanwhile", 2));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await loaded).toBeNull();
    await slow.save(kept("written meanwhile", 2));
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    await slow.save(kept("from before, written meanwhile, and after", 3));
    const texts = await Promise.all((await keysNow()).map(async (key) => ((await storage.get(key)) as Kept).text));
    expect(texts.sort()).toEqual(["from before", "from before, written meanwhile, and after"]);
  });

  test("is heard in the end, and then has the text in one place", async () => {
    const late = vi.fn((kept: Kept) => kept);
    void drafts("one").load(late);
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    expect(late).toHaveBeenCalledWith(kept("from before", 1));
    const [key, ...others] = await keysNow();
    expect(others).toEqual([]);
    expect(await storage.get(key!)).toEqual(kept("from before", 1));
  });

  test("still gives its text to a page that is loaded again before it was heard", async () => {
    storage.keys = () => new Promise(() => {}); // the page is gone before it is told
    const slow = drafts("one");
    const loaded = slow.load();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await loaded).toBeNull();
    const counted = own({ sprint: 7, seq: 50, words: 3 });
    await slow.save(kept("", 2, { textAt: 0, own: counted })); // a sprint has begun meanwhile
    storage.keys = quick;
    const name = (await quick()).find((key) => key !== "tide/one")!.slice("tide/".length);
    expect(await drafts(name).load()).toMatchObject({ text: "from before", older: [counted] });
  });

  test("leaves another writer's open count alone", async () => {
    storage.keys = quick;
    const open = own({ sprint: 7, seq: 50, words: 3 });
    await drafts("two").save(kept("", 2, { textAt: 0, slot: 2, own: open }));
    expect(await drafts("two").load()).toMatchObject({ text: "", slot: 2, own: open });
  });

  async function keysNow(): Promise<string[]> {
    const keys = storage.keys();
    await vi.advanceTimersByTimeAsync(SLOW_MS);
    return keys;
  }
});

describe("the name of a tab", () => {
  let session: Map<string, string>;
  let heard: Record<string, () => void>;

  const page = async (): Promise<string> => {
    vi.resetModules();
    return (await import("../src/drafts")).tabName();
  };

  beforeEach(() => {
    session = new Map();
    heard = {};
    vi.stubGlobal("sessionStorage", {
      getItem: (key: string) => session.get(key) ?? null,
      setItem: (key: string, value: string) => void session.set(key, value),
      removeItem: (key: string) => void session.delete(key),
    });
    vi.stubGlobal("addEventListener", (type: string, act: () => void) => void (heard[type] = act));
  });

  test("survives a reload", async () => {
    const name = await page();
    heard["pagehide"]!();
    expect(await page()).toBe(name);
  });

  test("is not copied into a duplicate, also of a page that was left and came back", async () => {
    const name = await page();
    heard["pagehide"]!();
    heard["pageshow"]!();
    expect(await page()).not.toBe(name);
  });

  test("is the same for all rooms of a page", async () => {
    vi.resetModules();
    const { tabName } = await import("../src/drafts");
    expect(tabName()).toBe(tabName());
  });
});

test("what an earlier version kept has all that this one needs", async () => {
  await storage.set("tide/one", { at: 5, text: "text", slot: 1, own: { sprint: 7, seq: 3 }, older: [{ sprint: 6, seq: 2 }] });
  expect(await drafts("one").load()).toEqual(
    kept("text", 5, { own: own({ sprint: 7, seq: 3 }), older: [own({ sprint: 6, seq: 2 })] }),
  );
});
