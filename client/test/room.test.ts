// The whole engine against a room's server in memory.

import { describe, expect, test, vi } from "vitest";
import { memoryStorage } from "../src/drafts";
import { CAN_VIEW_ONLY, Cheer, ErrorCode, Op, Phase } from "../src/protocol";
import type { RoomStore } from "../src/room";
import { eachInANewHouse, enter, house, pass, prose, soon } from "./visit";

eachInANewHouse();

describe("coming in", () => {
  test("a writer is online, has a slot, and sees the board", async () => {
    house.sprint(7, -60, 1_200);
    house.put(2, { seq: house.now(), words: 120, flags: 0 });
    house.roster.set(2, [2, "Ben", 0, 0, house.now()]);
    const room = await enter();
    expect(room.link.value).toBe("online");
    expect(room.slot.value).toBe(1);
    expect(room.phase.value).toBe(Phase.WRITING);
    expect(room.board.value.top.map(({ name, words }) => [name, words])).toEqual([["Ben", 120], ["Writer 1", 0]]);
    expect(room.delayed.value).toBe(false);
  });

  test("a viewer has none, sees all, and joins without a reload", async () => {
    house.sprint(7, -60, 1_200);
    const room = await enter({ viewOnly: true });
    expect(house.line.hello().capabilities).toBe(CAN_VIEW_ONLY);
    expect(room.slot.value).toBeNull();
    room.text(prose(3)); // a viewer's keys count nowhere
    expect(await soon(room.join())).toEqual({ ok: true });
    expect(room.slot.value).toBe(1);
    room.text(prose(8));
    await pass(500);
    expect(house.rows().get(1)).toMatchObject({ words: 5 });
    expect(await soon(room.leave())).toEqual({ ok: true });
    expect(room.slot.value).toBeNull();
  });

  test("who left by another device does not come back by this one, but joins again like anybody", async () => {
    const room = await enter();
    house.stand();
    await pass(100);
    expect(room.slot.value).toBeNull();
    house.cutAll();
    await pass(11_000);
    expect(house.line.hello().capabilities).toBe(CAN_VIEW_ONLY);
    expect(room.slot.value).toBeNull();
    expect(await soon(room.join())).toEqual({ ok: true });
    expect(room.slot.value).toBe(1);
  });

  test("a room that does not want this client says why, and it stays away", async () => {
    const room = await enter();
    house.line.cut(4505);
    await pass(60_000);
    expect(room.link.value).toBe("closed");
    expect(room.closedCode.value).toBe(4505);
    expect(house.lines).toHaveLength(1);
  });
});

describe("time", () => {
  test("the countdown ends by itself, to the ms, and the seconds left change once a second", async () => {
    const room = await enter();
    house.sprint(7, 60, 1_200);
    await pass(20);
    const seen: number[] = [];
    const stop = room.remainingMs.subscribe((left) => void seen.push(left));
    const starts = room.timeline.value!.starts;
    house.lines.forEach((line) => (line.silent = true)); // no message helps
    await pass(starts - house.now() - 2);
    expect(room.phase.value).toBe(Phase.COUNTDOWN);
    await pass(4);
    expect(room.phase.value).toBe(Phase.WRITING);
    expect(room.remainingMs.value).toBe(1_200_000);
    stop();
    expect(seen).toEqual([...Array.from({ length: 60 }, (_, second) => 60_000 - second * 1_000), 1_200_000]);
  });

  test("a device clock that is an hour wrong, and jumps, shows what all others show", async () => {
    const right = await enter({ slot: 1 });
    house.sprint(7, 60, 1_200);
    await pass(50);
    vi.setSystemTime(Date.now() + 3_600_000);
    const wrong = await enter({ slot: 2, storage: memoryStorage() });
    expect(Math.abs(wrong.serverNow() - house.now())).toBeLessThanOrEqual(10);
    vi.setSystemTime(Date.now() - 7_200_000);
    for (let second = 0; second < 70; second += 1) {
      await pass(1_000);
      expect(Math.abs(wrong.serverNow() - right.serverNow())).toBeLessThanOrEqual(100);
      expect(wrong.phase.value).toBe(right.phase.value);
      expect(wrong.remainingMs.value).toBe(right.remainingMs.value);
    }
    expect(wrong.phase.value).toBe(Phase.WRITING);
  });

  test("a count is stamped with the server's time, whatever the device's says", async () => {
    vi.setSystemTime(Date.now() + 3_600_000);
    const room = await enter();
    house.sprint(7, 0, 1_200);
    await pass(1_000);
    const before = house.now();
    room.text(prose(1));
    await pass(500);
    expect(Math.abs(house.rows().get(1)!.seq - before)).toBeLessThanOrEqual(10);
  });

  test("the host ends early, extends, calls off: the newest rev counts, an older one does not", async () => {
    const room = await enter();
    house.sprint(7, 0, 600);
    await pass(100);
    house.change({ ends: house.now() + 900_000, reporting_ends: house.now() + 1_020_000 });
    await pass(10);
    expect(room.remainingMs.value).toBe(900_000);
    house.line.say({ tag: 70, rev: 1, sprint: 7, starts: 0, ends: 1, reporting_ends: 2, now: house.now() });
    expect(room.phase.value).toBe(Phase.WRITING);
    house.change({ ends: house.now(), reporting_ends: house.now() + 120_000 });
    await pass(10);
    expect(room.phase.value).toBe(Phase.REPORTING);
    house.change({ cancelled: house.now() });
    await pass(10);
    expect(room.phase.value).toBe(Phase.CANCELLED);
    expect(room.remainingMs.value).toBe(0);
  });

  test("a tab that slept over the start and the bell is where it should be at the next key", async () => {
    const room = await enter();
    house.sprint(7, 60, 600);
    await pass(100);
    room.text(prose(10));
    vi.spyOn(globalThis, "setTimeout").mockImplementation(() => 0 as unknown as ReturnType<typeof setTimeout>);
    vi.advanceTimersByTime(90_000); // timers stood still, but for those that ran already
    room.text(prose(12));
    vi.restoreAllMocks();
    expect(room.phase.value).toBe(Phase.WRITING);
    expect(room.own.value.words).toBe(2);
  });
});

describe("commands", () => {
  test("are answered, and a refusal names the field and the rule", async () => {
    const room = await enter();
    expect(await soon(room.start({ durationS: 1_200 }))).toEqual({ ok: true });
    expect(house.line.commands(Op.START)[0]!.args).toEqual([1_200, 60, null]);
    expect(await soon(room.extend(1e6))).toMatchObject({
      ok: false,
      code: ErrorCode.BAD_REQUEST,
      field: "minutes",
      rule: "is a day or less",
      text: "A round’s length is a day or less.",
    });
  });

  test("are sent again, with the same id, where the line broke before the answer", async () => {
    const room = await enter();
    house.line.silent = true;
    const outcome = room.start({ durationS: 900 });
    await pass(10);
    house.cutAll();
    expect(await soon(outcome, 2_000)).toEqual({ ok: true });
    expect(house.line.commands(Op.START)).toHaveLength(1);
  });

  test("end with a word to the host where no answer comes", async () => {
    const room = await enter();
    house.reachable = false;
    house.cutAll();
    expect(await soon(room.cheer(null, Cheer.WAVE), 16_000)).toMatchObject({ ok: false });
  });
});

describe("what is announced", () => {
  const texts = (room: RoomStore): string[] => room.notices.value.map(({ text }) => text);

  test("the start, the last minutes, milestones and the bell; only the bell is loud", async () => {
    const room = await enter();
    house.sprint(7, 10, 400);
    await pass(11_000);
    room.text(prose(120));
    await pass(200_000);
    room.text(prose(260));
    await pass(200_000);
    expect(texts(room)).toEqual([
      "The sprint has begun",
      "100 words",
      "5 minutes left",
      "250 words",
      "1 minute left",
      "30 seconds left",
      "The bell: the sprint is over",
    ]);
    expect(room.notices.value.filter(({ loud }) => loud).map(({ kind }) => kind)).toEqual(["bell"]);
  });

  test("who comes in after the bell hears none", async () => {
    house.sprint(7, -100, 60);
    expect(texts(await enter())).toEqual([]);
  });

  test("after a reload nothing is told again: no milestone, no results", async () => {
    house.sprint(7, 0, 60);
    const first = await enter();
    first.text(prose(260));
    await pass(1_000);
    expect(texts(first)).toEqual(["250 words"]);
    first.close();
    const second = await enter();
    second.text(prose(261));
    await pass(1_000);
    expect(second.own.value.words).toBe(261);
    expect(texts(second)).toEqual([]);
    second.close();
    await pass(400_000);
    const third = await enter();
    expect(third.phase.value).toBe(Phase.RESULTS);
    expect(texts(third)).toEqual([]);
  });

  test("a cheer says from whom it is, of two who share a name the right one", async () => {
    for (const slot of [2, 3]) house.roster.set(slot, [slot, "Ben", 0, 0, house.now()]);
    const room = await enter();
    house.line.say({ tag: 76, slot: 3, to: 1, kind: Cheer.HEART });
    expect(room.notices.value[0]).toMatchObject({ kind: "cheer", slot: 3, text: "\u2068Ben\u2069 cheers" });
  });
});
