import { describe, expect, test } from "vitest";

import type { MeJson } from "../../src/protocol";
import { changed, isDated, refused } from "../../src/view/pages/changes";

const WAS: MeJson = {
  id: 1, name: "Ada", zone: "Europe/London", rollover: "03:00", day_words: 50, day_minutes: 10, grace: 1, rest_weekdays: [5, 6],
  weekly_days: 4, week_start: 0, streak_hidden: false, created_at: "2026-01-01T00:00:00.000Z", handle: null,
};

/** The form as it stands at first, with some fields as they were filled in; null: its box is not ticked. */
function form(filled: Record<string, string | null> = {}): FormData {
  const data = new FormData();
  const stands = {
    name: "Ada", zone: "Europe/London", rollover: "03:00", words: "50", "by-minutes": "on", minutes: "10", grace: "1", weekly: "4",
    "week-start": "0", hidden: null, handle: "",
  };
  for (const [name, value] of Object.entries({ ...stands, ...filled })) if (value !== null) data.set(name, value);
  for (const day of WAS.rest_weekdays) data.append("off", `${day}`);
  return data;
}

describe("what is changed in the settings", () => {
  test("is nothing where all stands as it was", () => {
    expect(changed(form(), WAS)).toEqual({});
  });

  test("is what differs, and holds from tomorrow on where it decides about days", () => {
    const name = changed(form({ name: " Grace ", hidden: "on" }), WAS);
    expect(name).toEqual({ name: "Grace", streak_hidden: true });
    expect(isDated(name)).toBe(false);
    const days = changed(form({ "by-minutes": null, minutes: null, rollover: "04:00" }), WAS);
    expect(days).toEqual({ day_minutes: null, rollover: "04:00" });
    expect(isDated(days)).toBe(true);
  });

  test("are numbers as people write them", () => {
    expect(changed(form({ words: "1,667", minutes: "1 000" }), WAS)).toEqual({ day_words: 1_667, day_minutes: 1_000 });
  });

  test.each([
    ["words", ""],
    ["words", "0"],
    ["words", "100,001"],
    ["words", "some"],
    ["minutes", "1.5"],
    ["minutes", "1,441"],
    ["name", ""],
    ["handle", "é"],
  ])("is refused by its field: %s as %j", (field, text) => {
    expect(refused(changed(form({ [field]: text }), WAS))?.[0]).toBe(field);
  });
});
