// My part in a room: the count as the server gets it, and the bell.

import { describe, expect, test, vi } from "vitest";
import { memoryStorage } from "../src/drafts";
import { CountFlags } from "../src/protocol";
import { eachInANewHouse, enter, house, pass, prose } from "./visit";

eachInANewHouse();

describe("my count", () => {
  test("rises on my own board at once, and on others' within a second", async () => {
    const [mine, theirs] = [await enter({ slot: 1 }), await enter({ slot: 2, storage: memoryStorage() })];
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    mine.text(prose(25));
    expect(mine.own.value).toMatchObject({ words: 25, saved: "saving" });
    expect(mine.board.value.me).toMatchObject({ rank: 1, words: 25 });
    await pass(1_000);
    expect(theirs.board.value.top[0]).toMatchObject({ slot: 1, words: 25 });
    expect(mine.own.value.saved).toBe("saved");
  });

  test("wakes a view only when it changed, not with each frame of the board", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(3));
    await pass(31_000);
    house.put(2, { seq: house.now(), words: 0, flags: 0 }); // the half minute of activity after the key is over
    let woken = -1; // subscribing calls once
    room.own.subscribe(() => (woken += 1));
    for (let frame = 1; frame <= 20; frame += 1) {
      house.put(2, { seq: house.now(), words: frame, flags: 0 });
      await pass(200);
    }
    expect(woken).toBe(0);
    room.text(prose(4));
    expect(woken).toBe(1);
  });

  test("is offered at most every 400 ms, the latest wins", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    for (let word = 1; word <= 40; word += 1) {
      room.text(prose(word));
      await pass(100);
    }
    await pass(1_000);
    const offers = house.line.counts();
    expect(offers.length).toBeGreaterThanOrEqual(9);
    expect(offers.length).toBeLessThanOrEqual(12);
    expect(offers[offers.length - 1]!.words).toBe(40);
  });

  test("without an ACK it is offered again after 20 s, with the same stamp", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.acks = false;
    room.text(prose(7));
    await pass(19_000);
    expect(house.line.counts()).toHaveLength(1);
    expect(room.own.value.saved).toBe("saving");
    house.acks = true;
    await pass(2_000);
    const [first, second] = house.line.counts();
    expect(second).toMatchObject({ seq: first!.seq, words: 7 });
    expect(room.own.value.saved).toBe("saved");
    await pass(60_000);
    expect(house.line.counts()).toHaveLength(2);
  });

  test("a clock that is found ahead is set, and the count stamped anew", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    const real = house.now.bind(house);
    vi.spyOn(house, "now").mockImplementation(() => real() - 60_000); // the server's clock was put right
    room.text(prose(3));
    await pass(200);
    const [ahead, again] = house.line.counts();
    expect(ahead!.seq).toBeGreaterThan(house.now() + 50_000);
    expect(again!.seq).toBeLessThanOrEqual(house.now());
    expect(again!.words).toBe(3);
    expect(room.own.value.saved).toBe("saved");
  });

  test("a server whose clock went back behind what it has committed is not asked without a pause", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(3));
    await pass(1_000);
    const real = house.now.bind(house);
    vi.spyOn(house, "now").mockImplementation(() => real() - 60_000);
    room.text(prose(4));
    await pass(10_000);
    expect(house.line.counts().length).toBeLessThan(5);
    expect(room.own.value.saved).toBe("saving");
    await pass(60_000);
    expect(house.rows().get(1)).toMatchObject({ words: 4 });
    expect(room.own.value.saved).toBe("saved");
  });

  test("the three ways, at any time, and undo", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    room.text(prose(100));
    room.reportNew(250);
    expect(room.own.value).toMatchObject({ words: 350, how: "reported", canUndo: true });
    room.useTyped();
    room.text(prose(110));
    expect(room.own.value).toMatchObject({ words: 360, how: "typed" });
    room.setStartTotal(50_000);
    room.reportTotal(50_400);
    expect(room.own.value).toMatchObject({ words: 400, total: 50_400, startTotal: 50_000 });
    room.undo();
    expect(room.own.value).toMatchObject({ words: 360, how: "typed" });
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 360 });
    expect(house.startTotals.get(1)).toBe(50_000);
  });

  test("a refusal that nobody can mend is not repeated", async () => {
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    house.stored.delete(7);
    room.text(prose(3));
    await pass(120_000);
    expect(house.line.counts()).toHaveLength(1);
    expect(room.notices.value.map(({ kind }) => kind)).toContain("error");
  });
});

describe("the bell", () => {
  test("freezes what was typed and sends it at once as the final count", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(59_900);
    room.text(prose(30));
    await pass(150);
    room.text(prose(90));
    await pass(50);
    expect(house.rows().get(1)).toMatchObject({ words: 30, flags: CountFlags.IN });
    expect(house.rows().get(1)!.seq).toBeLessThanOrEqual(room.timeline.value!.ends);
    expect(room.own.value).toMatchObject({ words: 30, reported: true });
  });

  test("leaves a reporter the window, then done() says it is the final count", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(30_000);
    room.reportNew(100);
    await pass(40_000);
    expect(house.rows().get(1)!.flags & CountFlags.IN).toBe(0);
    room.reportTotal(140);
    room.done();
    await pass(100);
    expect(house.rows().get(1)).toMatchObject({ words: 140, flags: CountFlags.REPORTED | CountFlags.IN });
  });

  test("does not say of who chose to give a number that a typed word is all, unless they come back to the draft", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(30_000);
    room.text(prose(1));
    room.countElsewhere(true);
    await pass(40_000);
    expect(room.own.value).toMatchObject({ words: 1, reported: false });
    expect(house.rows().get(1)!.flags & CountFlags.IN).toBe(0);
    house.sprint(8, 0, 60);
    await pass(30_000);
    room.countElsewhere(false);
    room.text(prose(2));
    await pass(40_000);
    expect(house.rows().get(1)).toMatchObject({ words: 1, flags: CountFlags.IN });
  });

  test("another round begins with no words, from the text as it is", async () => {
    const room = await enter();
    house.sprint(7, 0, 60);
    await pass(30_000);
    room.text(prose(30));
    await pass(40_000);
    room.text(prose(50)); // between the rounds
    house.sprint(8, 30, 60);
    await pass(31_000);
    expect(room.own.value).toMatchObject({ words: 0, reported: false, canUndo: false });
    expect(room.board.value.total).toBe(0);
    room.text(prose(55));
    await pass(1_000);
    expect(house.rows().get(1)).toMatchObject({ words: 5 });
    expect(house.stored.get(7)!.get(1)).toMatchObject({ words: 30 });
  });
});
