// What this device keeps of my text and my count, whatever becomes of the page, the line and the room.

import { describe, expect, test, vi } from "vitest";
import { memoryStorage } from "../src/drafts";
import { CountFlags } from "../src/protocol";
import type { RoomStore } from "../src/store";
import { crash, eachInANewHouse, enter, house, pass, prose, storage } from "./visit";

eachInANewHouse();

/** 77 words were typed in a sprint and reached nobody; now the page is there again, on a device that is slow to tell. */
async function afterACrashWithoutALine(): Promise<{ again: RoomStore; keys: () => Promise<string[]> }> {
  const room = await enter();
  house.sprint(7, 0, 1_200);
  await pass(1_000);
  house.cutAll();
  house.reachable = false;
  room.text(prose(77));
  await pass(1_000);
  crash(room);
  vi.clearAllTimers(); // nor does it dial again
  const { keys } = storage;
  storage.keys = () => new Promise((resolve) => setTimeout(() => resolve(keys()), 5_000));
  house.reachable = true;
  const again = await enter();
  return { again, keys };
}

describe("kept on this device", () => {
  test("a reload brings text, count, way, start total and undo back", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(10));
    room.setStartTotal(1_000);
    room.reportNew(40);
    await pass(2_000);
    crash(room);
    const again = await enter();
    expect(await again.draft()).toBe(prose(10));
    expect(again.own.value).toMatchObject({ words: 50, how: "reported", startTotal: 1_000, canUndo: true });
    again.undo();
    again.text(prose(12));
    expect(again.own.value).toMatchObject({ words: 12, how: "typed" });
  });

  test("typing goes on from where it was: what stood there before the sprint stays uncounted", async () => {
    const room = await enter();
    room.text(prose(500));
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(510));
    await pass(2_000);
    crash(room);
    const again = await enter();
    expect(again.own.value.words).toBe(10);
    again.text(prose(511));
    expect(again.own.value.words).toBe(11);
  });

  test("what is typed between a reload and the room's answer is counted without another key", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(10));
    await pass(2_000);
    crash(room);
    house.reachable = false;
    const again = await enter();
    again.text(prose(14));
    expect(again.own.value.words).toBe(10);
    house.reachable = true;
    await pass(11_000);
    expect(again.own.value).toMatchObject({ words: 14, saved: "saved" });
    expect(house.rows().get(1)).toMatchObject({ words: 14 });
  });

  test("without a pause the text is kept too, at least every 5 s", async () => {
    const room = await enter();
    for (let key = 1; key <= 60; key += 1) {
      room.text(prose(key));
      await pass(100);
    }
    crash(room);
    const again = await enter();
    expect((await again.draft()).length).toBeGreaterThanOrEqual(prose(45).length);
  });

  test("a count that never reached the server is offered after a crash", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.reachable = false;
    house.cutAll();
    room.text(prose(77));
    await pass(1_000);
    crash(room);
    house.reachable = true;
    await enter();
    expect(house.rows().get(1)).toMatchObject({ words: 77 });
  });

  test("a browser closed in mid-sprint and opened after it: the count of that sprint still comes", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(10_000);
    house.reachable = false;
    house.cutAll();
    room.text(prose(20));
    await pass(1_000);
    crash(room);
    await pass(300_000);
    house.sprint(8, 0, 600);
    house.reachable = true;
    const again = await enter({ tab: "new" });
    await pass(1_000);
    expect(house.stored.get(7)!.get(1)).toMatchObject({ words: 20, flags: CountFlags.IN });
    expect(await again.draft()).toBe(prose(20));
    expect(again.own.value.words).toBe(0);
  });

  test("no tab overwrites another's text", async () => {
    const one = await enter({ tab: "one" });
    one.text("the first tab's text");
    await pass(1_000);
    const two = await enter({ tab: "two" });
    expect(await two.draft()).toBe("the first tab's text");
    two.text("the second tab's text");
    one.text("the first tab's text, longer");
    await pass(6_000);
    one.close();
    two.close();
    expect(await (await enter({ tab: "one" })).draft()).toBe("the first tab's text, longer");
    expect(await (await enter({ tab: "two" })).draft()).toBe("the second tab's text");
  });

  test("a tab that was only looked at does not put its older text before a newer one", async () => {
    const one = await enter({ tab: "one" });
    const stale = await enter({ tab: "stale" });
    stale.text("older");
    await pass(1_000);
    one.text("older, and five more words on top");
    await pass(1_000);
    stale.close();
    one.close();
    const looked = await enter({ tab: "stale" });
    looked.text(await looked.draft()); // as the editor does when it opens
    house.sprint(7, 0, 1_200); // its beginning is kept too
    await pass(2_000);
    looked.close();
    expect(await (await enter({ tab: "new" })).draft()).toBe("older, and five more words on top");
  });

  test("an editor that is only opened counts nothing", async () => {
    const room = await enter();
    room.text(prose(10));
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(10));
    await pass(1_000);
    expect(house.rows().size).toBe(0);
  });

  test("a device that is slow to tell fills the editor later", async () => {
    const room = await enter();
    room.text(prose(30));
    await pass(1_000);
    crash(room);
    const { keys } = storage;
    storage.keys = () => new Promise((resolve) => setTimeout(() => resolve(keys()), 5_000));
    house.sprint(7, 0, 1_200);
    const fill = vi.fn();
    const again = await enter();
    const draft = again.draft(fill);
    await pass(2_000);
    expect(await draft).toBe("");
    await pass(4_000);
    expect(fill).toHaveBeenCalledWith(prose(30));
    expect(again.own.value.words).toBe(0);
    again.text(prose(32));
    expect(again.own.value.words).toBe(2);
  });

  test("a device that is slow to tell puts its text before what was written since, and counts that alone", async () => {
    const room = await enter();
    room.text(prose(30));
    await pass(1_000);
    crash(room);
    const { keys } = storage;
    storage.keys = () => new Promise((resolve) => setTimeout(() => resolve(keys()), 5_000));
    house.sprint(7, 0, 1_200);
    const fill = vi.fn();
    const again = await enter();
    void again.draft(fill);
    await pass(2_500);
    again.text("three new words");
    await pass(4_000);
    const whole = `${prose(30)}\nthree new words`;
    expect(fill).toHaveBeenCalledWith(whole);
    again.text(`${whole} more`);
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 4 });
    storage.keys = keys;
    expect(await (await enter({ tab: "new" })).draft()).toBe(`${whole} more`);
  });

  test("a device that is slow to tell still has an open count to offer", async () => {
    const { again } = await afterACrashWithoutALine();
    await pass(6_000);
    expect(house.rows().get(1)).toMatchObject({ words: 77 });
    again.text(prose(78));
    expect(again.own.value.words).toBe(78);
  });

  test("also where more was typed before it told: both are counted", async () => {
    const { again, keys } = await afterACrashWithoutALine();
    await pass(2_500);
    again.text("one");
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 1 });
    await pass(4_000);
    expect(house.rows().get(1)).toMatchObject({ words: 78 });
    again.text(`${prose(77)}\none more`);
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 79 });
    again.close();
    storage.keys = keys;
    expect(await (await enter({ tab: "new" })).draft()).toBe(`${prose(77)}\none more`);
  });

  test("a new writer in the same browser keeps the text, but not the other one's count", async () => {
    const room = await enter({ slot: 1 });
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(30));
    await pass(2_000);
    crash(room);
    const other = await enter({ slot: 2 });
    expect(await other.draft()).toBe(prose(30));
    expect(other.own.value.words).toBe(0);
  });

  test("nor is a count offered for them that never reached the server", async () => {
    const room = await enter({ slot: 1 });
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.reachable = false;
    house.cutAll();
    room.text(prose(77));
    await pass(1_000);
    crash(room);
    vi.clearAllTimers(); // nor does it dial again
    house.reachable = true;
    const other = await enter({ slot: 2 });
    await pass(1_000);
    expect(house.rows().size).toBe(0);
    expect(other.own.value).toMatchObject({ words: 0, saved: "saved" });
  });

  test("on a device that knows nothing of it the count goes on from the server's", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(30));
    await pass(1_000);
    room.close();
    const phone = await enter({ storage: memoryStorage(), tab: "phone" });
    expect(phone.own.value).toMatchObject({ words: 30, saved: "saved" });
    phone.text("three more words");
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 33 });
  });
});

describe("a page that goes away while it is still saving", () => {
  test("leaves its text beside the database, for which it may be too late", async () => {
    const left: Record<string, string> = {};
    vi.stubGlobal("localStorage", {
      getItem: () => null,
      setItem: (key: string, value: string) => void (left[key] = value),
      removeItem: () => {},
    });
    const room = await enter();
    storage.set = () => new Promise(() => {}); // the pause's write has begun and never ends
    room.text("the last words");
    await pass(600);
    room.close();
    vi.unstubAllGlobals();
    expect(Object.values(left).join()).toContain("the last words");
  });
});
