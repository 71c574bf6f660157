// What becomes of a count when the line breaks, and when the same writer counts elsewhere.

import { describe, expect, test } from "vitest";
import { Clock } from "../src/clock";
import { memoryStorage } from "../src/drafts";
import { NO_SPRINT } from "../src/own";
import { type Count, CountFlags, Op, Phase } from "../src/protocol";
import type { RoomStore } from "../src/room";
import { Sync } from "../src/sync";
import { crash, eachInANewHouse, enter, house, pass, prose, soon } from "./visit";

eachInANewHouse();

describe("a line that breaks", () => {
  test("HELLO carries the count that was not committed, and nothing is lost", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.cutAll();
    expect(room.link.value).toBe("reconnecting");
    expect(room.delayed.value).toBe(true);
    room.text(prose(42));
    expect(room.own.value).toMatchObject({ words: 42, saved: "waiting" });
    await pass(1_000);
    expect(house.lines).toHaveLength(2);
    expect(house.line.hello()).toMatchObject({ sprint: 7, words: 42, seq: house.rows().get(1)!.seq });
    expect(room.own.value.saved).toBe("saved");
    expect(room.link.value).toBe("online");
  });

  test("a line that is open but silent is found out, and left", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.line.silent = true;
    room.text(prose(5));
    await pass(25_000);
    expect(house.lines.length).toBeGreaterThan(1);
    expect(house.rows().get(1)).toMatchObject({ words: 5 });
  });

  test("what the bell left is offered as soon as the next sprint is heard of", () => {
    const sent: Count[] = [];
    const sync = new Sync(new Clock(), (count) => sent.push(count) > 0);
    sync.ready();
    sync.own = { ...NO_SPRINT, sprint: 7, joined: 0, words: 30, seq: 5, acked: 4, flags: CountFlags.IN };
    sync.moveOn({ ...NO_SPRINT, sprint: 8 });
    expect(sent).toMatchObject([{ sprint: 7, words: 30, seq: 5 }]);
    sync.away();
  });

  test("a server that knows an older count is told the newer one, though another had committed it", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(10));
    await pass(1_000);
    const older = house.rows().get(1)!;
    room.text(prose(20));
    await pass(1_000);
    house.rows().set(1, older); // the one that takes over has not heard of it yet
    house.cutAll();
    await pass(1_000);
    expect(room.own.value).toMatchObject({ words: 20, saved: "saved" });
    expect(house.rows().get(1)).toMatchObject({ words: 20 });
  });

  test("offline over the bell: the count of the sprint is there once, stamped from before the bell", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(30_000);
    house.reachable = false;
    house.cutAll();
    room.text(prose(33));
    await pass(60_000); // the bell rings here too
    room.text(prose(80));
    expect(room.phase.value).toBe(Phase.REPORTING);
    expect(room.own.value).toMatchObject({ words: 33, reported: true, saved: "waiting" });
    house.reachable = true;
    await pass(11_000);
    expect(house.rows().get(1)).toMatchObject({ words: 33, flags: CountFlags.IN });
    expect(house.rows().get(1)!.seq).toBeLessThan(room.timeline.value!.ends);
    expect(room.own.value.saved).toBe("saved");
  });

  test("offline until the room has moved on to another sprint: the old count comes all the same", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(30_000);
    house.reachable = false;
    house.cutAll();
    room.text(prose(33));
    await pass(600_000);
    house.sprint(8, -30, 600);
    house.reachable = true;
    await pass(11_000);
    expect(room.timeline.value!.sprint).toBe(8);
    expect(house.stored.get(7)!.get(1)).toMatchObject({ words: 33, flags: CountFlags.IN });
    expect(room.own.value).toMatchObject({ words: 0, saved: "saved" });
    room.text(prose(40));
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 7 });
  });

  test("counts of two sprints wait for the line, and both arrive", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(30_000);
    house.acks = false;
    room.text(prose(10));
    await pass(40_000);
    house.sprint(8, 0, 60);
    await pass(1_000);
    room.text(prose(30));
    house.cutAll();
    house.stored.get(7)!.clear();
    house.stored.get(8)!.clear();
    house.acks = true;
    await pass(11_000);
    expect(house.stored.get(7)!.get(1)).toMatchObject({ words: 10 });
    expect(house.stored.get(8)!.get(1)).toMatchObject({ words: 20 });
    expect(room.own.value.saved).toBe("saved");
  });
});

describe("a start total that was set while the line was away", () => {
  async function setAway(): Promise<RoomStore> {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.reachable = false;
    house.cutAll();
    room.setStartTotal(50_000);
    await pass(1_000);
    return room;
  }

  test.each([5_000, 60_000])("is told when it is back after %i ms", async (ms) => {
    const room = await setAway();
    await pass(ms);
    house.reachable = true;
    await pass(11_000);
    expect(house.startTotals.get(1)).toBe(50_000);
    expect(room.own.value.startTotal).toBe(50_000);
    house.cutAll();
    await pass(11_000);
    expect(house.line.commands(Op.BASELINE)).toHaveLength(0);
  });

  test("is told after a reload", async () => {
    crash(await setAway());
    house.reachable = true;
    const again = await enter();
    expect(house.startTotals.get(1)).toBe(50_000);
    expect(again.own.value.startTotal).toBe(50_000);
  });
});

test("who leaves with a count that is not committed hears no refusal, and it comes when they are back", async () => {
  const room = await enter();
  house.sprint(7, 0, 1_200);
  await pass(1_000);
  house.acks = false;
  room.text(prose(10));
  const left = room.leave();
  await pass(7);
  room.text(prose(12)); // under way while the server has them leave
  await soon(left);
  await pass(60_000);
  expect(room.notices.value.filter(({ kind }) => kind === "error")).toEqual([]);
  house.acks = true;
  await soon(room.join());
  await pass(1_000);
  expect(house.rows().get(1)).toMatchObject({ words: 12 });
  expect(room.own.value.saved).toBe("saved");
});

describe("another tab or device of the same writer", () => {
  test("its later count is taken over on coming back, and my keys add to it", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(10));
    await pass(1_000);
    house.reachable = false;
    house.cutAll();
    await pass(1_000);
    house.rows().set(1, { seq: house.now(), words: 200, flags: CountFlags.TYPED });
    house.reachable = true;
    await pass(11_000);
    expect(room.own.value.words).toBe(200);
    room.text(prose(15));
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 205 });
  });

  test("what was counted here without the line is told of then, and can be had back", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.reachable = false;
    house.cutAll();
    room.text(prose(52));
    await pass(1_000);
    house.rows().set(1, { seq: house.now(), words: 3, flags: CountFlags.TYPED });
    house.reachable = true;
    await pass(11_000);
    expect(room.own.value).toMatchObject({ words: 3, canUndo: true });
    const { text } = room.notices.value[room.notices.value.length - 1]!;
    expect(text).toBe("Another device counted later: 3. Here it was 52: Undo brings that back.");
    room.text(prose(55));
    expect(room.own.value.words).toBe(6);
    room.undo();
    expect(room.own.value.words).toBe(55);
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 55 });
  });

  test("two tabs both stay: what is typed in either one is in both", async () => {
    const [one, two] = [await enter({ tab: "one" }), await enter({ tab: "two", storage: memoryStorage() })];
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    one.text(prose(10));
    await pass(2_000);
    expect(two.own.value).toMatchObject({ words: 10, saved: "saved" });
    two.text(prose(5));
    await pass(2_000);
    expect(one.own.value).toMatchObject({ words: 15, saved: "saved" });
    one.text(prose(11));
    await pass(2_000);
    expect([one.own.value.words, two.own.value.words, house.rows().get(1)!.words]).toEqual([16, 16, 16]);
  });

  test("of two counts with one stamp both tabs come to show the greater one", async () => {
    const [one, two] = [await enter({ tab: "one" }), await enter({ tab: "two", storage: memoryStorage() })];
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    one.text(prose(12));
    two.text(prose(5)); // in the same ms, and nobody hears of it: the greater one stands already
    await pass(2_000);
    expect([one.own.value, two.own.value]).toMatchObject([
      { words: 12, saved: "saved" },
      { words: 12, saved: "saved" },
    ]);
  });

  test("the lesser of two counts with one stamp acknowledges the greater one to nobody", () => {
    const sync = new Sync(new Clock(), () => true);
    sync.own = { ...NO_SPRINT, sprint: 7, joined: 0, words: 50, seq: 5, flags: CountFlags.TYPED, mine: true };
    sync.older = [{ ...sync.own, sprint: 6 }];
    for (const id of [6, 7]) expect(sync.acked({ id, seq: 5, words: 40 })).toBe(false);
    expect([sync.isSaved, sync.older.length]).toEqual([false, 1]);
    for (const id of [6, 7]) expect(sync.acked({ id, seq: 5, words: 50 })).toBe(false);
    expect(sync.isSaved).toBe(true);
  });

  test("my own row of before, told of again with somebody's name, takes back nothing that is committed", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.reportNew(250);
    room.reportNew(40);
    await pass(1_000);
    house.ticks = false; // the commit is told of before the row
    room.undo();
    await pass(1_000);
    house.line.say({ tag: 69, rows: [[2, "Writer 2", 0, 0, house.now()]] });
    expect(room.own.value).toMatchObject({ words: 250, saved: "saved", canUndo: true });
  });

  test("the row that the server makes at the start takes no way of counting away", async () => {
    const room = await enter();
    house.sprint(7, 60, 1_200);
    await pass(100);
    room.setStartTotal(50_000);
    room.reportNew(0);
    await pass(61_000);
    house.put(1, { seq: 1, words: 0, flags: 0 });
    house.line.say({ tag: 71, kind: 0, id: 7, seq: 1 });
    house.cutAll();
    await pass(1_000);
    expect(room.own.value).toMatchObject({ how: "reported", startTotal: 50_000, words: 0 });
  });
});
