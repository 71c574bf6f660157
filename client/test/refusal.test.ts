import { describe, expect, it } from "vitest";

import { sentence } from "../src/refusal";

describe("a refusal as a person reads it", () => {
  it.each([
    ["name", "has 1 to 40 characters", "A name has 1 to 40 characters."],
    ["starts_at", "lies in the past: choose a time to come", "The start lies in the past: choose a time to come."],
    ["", "join the room first", "Join the room first."],
    ["slot", "is your own: leave the room instead", "Slot is your own: leave the room instead."],
    ["name", "", "A field is wrong."],
  ])("%s, %s", (field, rule, text) => {
    expect(sentence(field, rule, "A field is wrong.")).toBe(text);
  });
});
