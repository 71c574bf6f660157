import { describe, expect, test } from "vitest";
import { readCount } from "../../src/view/room/numbers";

describe("a count as people write it", () => {
  test.each([
    ["50230", 50_230],
    ["50,230", 50_230],
    ["50.230", 50_230],
    ["50 230", 50_230],
    ["50\u202f230", 50_230],
    ["50’230", 50_230],
    ["1,000,000", 1_000_000],
    ["+250", 250],
    ["+ 250", 250],
    ["-20", -20],
    ["−20", -20],
    ["0", 0],
    ["-0", 0],
    [" 7 ", 7],
  ])("%j is a number", (text, count) => {
    expect(readCount(text)).toBe(count);
  });

  test.each(["", " ", "word", "5k", "1.5", "50,23", "5,0230", "1e3", "--5", "+", "999999999999"])("%j is none", (text) => {
    expect(readCount(text)).toBeNull();
  });
});
