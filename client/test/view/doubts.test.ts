import { describe, expect, test } from "vitest";
import { doubtOfNew, doubtOfTotal, isImplausible } from "../../src/view/room/doubts";

const SPRINT_MS = 20 * 60_000;
const own = (startTotal: number, words = 0) => ({ startTotal, words });
const total = (text: string, startTotal: number, words = 0) =>
  doubtOfTotal(text, Number(text), own(startTotal, words), SPRINT_MS);

describe("a total", () => {
  test("near what stood before is taken", () => {
    expect(total("50230", 50_000)).toBeNull();
    expect(total("49000", 50_000)).toBeNull();
    expect(total("800", 0)).toBeNull();
  });

  test("far below what stood before, or with a sign, was more likely new words", () => {
    expect(total("250", 50_000)).toBe("new");
    expect(total("+250", 0)).toBe("new");
    expect(doubtOfTotal("\u061c+٢٥٠", 250, own(0), SPRINT_MS)).toBe("new");
    expect(total("-20", 0)).toBe("new");
  });

  test("that nobody writes in a sprint lacks what stood before, or is another number", () => {
    expect(total("50230", 0)).toBe("before");
    expect(total("502300", 50_000)).toBe("number");
    expect(total("44000", 50_000)).toBe("number");
  });

  test("is not asked about again where somebody insisted", () => {
    expect(total("50400", 0, 50_230)).toBeNull();
  });
});

describe("new words", () => {
  const plus = (n: number, startTotal = 0, words = 0) => doubtOfNew(n, own(startTotal, words), SPRINT_MS);

  test("are taken", () => {
    expect([plus(250), plus(-20), plus(250, 50_000), plus(1_000, 0, 2_000)]).toEqual([null, null, null, null]);
  });

  test("of no less than the document had before were more likely a total", () => {
    expect(plus(50_230, 50_000)).toBe("total");
  });

  test("that nobody writes in a sprint are a total, or another number", () => {
    expect(plus(50_230)).toBe("before");
    expect(plus(9_000, 50_000)).toBe("number");
    expect(plus(-9_000)).toBe("number");
    expect(plus(50_230, 0, 10_000)).toBeNull();
  });
});

test("a count is asked about only where nobody writes like that", () => {
  expect(isImplausible(100, 0)).toBe(false);
  expect(isImplausible(101, 0)).toBe(true);
  expect(isImplausible(2_000, 10 * 60_000)).toBe(false);
  expect(isImplausible(2_500, 10 * 60_000)).toBe(true);
  expect(isImplausible(-5_000, 0)).toBe(false);
  expect(isImplausible(-5_001, 0)).toBe(true);
  expect(isImplausible(4_000, 20 * 60_000)).toBe(false); // dictated
  expect(isImplausible(50_230, 20 * 60_000)).toBe(true); // a total where new words were asked
  expect(isImplausible(-400, 25 * 60_000)).toBe(false); // a revision
  expect(isImplausible(-50_000, 25 * 60_000)).toBe(true); // "+230" typed where the total was asked
});
