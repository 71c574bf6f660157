import { describe, expect, it } from "vitest";

import { nameWrong } from "../src/view/name";

describe("a name is counted as a reader does, and as the server does", () => {
  const hand = "\u{1f44b}\u{1f3fd}";
  const vowel = "\u0928\u093f";
  it.each(["Ann", "x".repeat(40), hand.repeat(40), vowel.repeat(40), "\u{1f1ee}\u{1f1ea}".repeat(40)])("%s is none too long", (name) => {
    expect(nameWrong(name)).toBe("");
  });
  it.each(["x".repeat(41), hand.repeat(41), vowel.repeat(41)])("%s is too long", (name) => {
    expect(nameWrong(name)).toBe("A name has at most 40 characters.");
  });
  it("asks for one", () => expect(nameWrong("")).toBe("Write the name that others will see."));
});
