import { expect, test } from "vitest";
import { told } from "../../src/view/room/bests";

test("a best says what it is and what it was", () => {
  expect(told({ kind: "sprint", value: 1612, before: 1 })).toBe("Your best sprint so far: 1,612 words. Before, it was 1 word.");
  expect(told({ kind: "rate", value: 31.2, before: 28 })).toBe("Your best pace so far: 31.2 words a minute. Before, it was 28.0 words a minute.");
  expect(told({ kind: "day", value: 900, before: 880 })).toMatch(/^Your best day so far: 900 words/);
  expect(told({ kind: "week", value: 900, before: 880 })).toMatch(/^Your best week so far/);
});
