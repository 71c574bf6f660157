import { expect, test } from "vitest";
import type { BestsJson } from "../../src/protocol";
import { BestsView } from "../../src/view/history/figures";

const NONE: BestsJson = { sprint: null, rate: null, day: null, week: null };

test("a history of imports alone has its best day, though it has no best sprint and no hour", () => {
  const day = { first: "2026-11-23", last: "2026-11-23", words: 2_095 };
  expect(BestsView({ bests: { ...NONE, day, week: day }, hour: null }).type).toBe("dl");
  expect(BestsView({ bests: NONE, hour: null }).type).toBe("p");
});
