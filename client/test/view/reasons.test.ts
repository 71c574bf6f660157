// The streak in plain words: each day's reason, and what is said of the whole.
import { describe, expect, it } from "vitest";

import type { HeldRulesJson, StreakDayJson, StreakJson } from "../../src/protocol";
import { addDays, dayName, weekdayName } from "../../src/view/dates";
import { beginning, milestone, reason, takenApart, welcome } from "../../src/view/history/reasons";

const RULES: HeldRulesJson = { from_day: "0001-01-01", rollover: "03:00", day_words: 50, day_minutes: 10, grace: 1, rest_weekdays: [] };
const FIRST = "2026-06-01"; // a Monday

const SATURDAY = weekdayName(5, "long");
const name = (date: number) => dayName(`2026-06-0${date}`);

const STATUS: Readonly<Record<string, StreakDayJson["status"]>> = { W: "written", M: "missed", G: "grace", R: "rest", O: "open" };

function day(status: StreakDayJson["status"], words = 0, minutes = 0, on = "2026-06-06"): StreakDayJson {
  return { day: on, status, words, minutes };
}

/** Days from FIRST on, a letter each; the last one is today. */
function streak(letters: string, current: number, since: string | null): StreakJson {
  const days = [...letters].map((letter, i) => day(STATUS[letter]!, letter === "W" ? 500 : 0, 0, addDays(FIRST, i)));
  const today = days.at(-1)!;
  return {
    current,
    longest: current,
    since,
    state: today.status === "written" ? "done" : "must_write",
    today: today.day,
    closes_at: `${addDays(today.day, 1)}T02:00:00.000Z`,
    grace: 1,
    grace_used: 0,
    weekly: { current: 0, longest: 0, days: 0, asked: 3 },
    days,
    rules: [RULES],
    rests: [],
  };
}

describe("the beginning of a streak", () => {
  it("is told with what a day takes, and with what is there of it today", () => {
    const first = streak("O", 0, null);
    expect(beginning(first)).toBe("It begins with the first day of 50 words or 10 minutes.");
    const begun = { ...first, days: [day("open", 8, 0, first.today)], rules: [{ ...RULES, day_minutes: null }] };
    expect(beginning(begun)).toBe("It begins with the first day of 50 words. Today so far: 8 words.");
  });
});

describe("a day's reason", () => {
  const grounds = {
    rules: [RULES, { ...RULES, from_day: "2026-06-05", day_words: 300, day_minutes: null, grace: 2, rest_weekdays: [5] }],
    rests: [
      { first: "2026-06-02", last: "2026-06-03" },
      { first: "2026-06-09", last: "2026-06-09" },
    ],
  };

  it.each([
    [day("written", 500, 20), "Written: 500 words, 20 minutes. A day of rest, and it adds one all the same"],
    [day("written", 500, 0, "2026-06-04"), "Written: 500 words"],
    [day("open", 0, 0, "2026-06-04"), "Still open: nothing yet. It counts from 50 words or 10 minutes on"],
    [day("open", 30, 0, "2026-06-05"), "Still open: 30 words so far. It counts from 300 words on"],
    [day("missed"), "Nothing written"],
    [day("missed", 30, 2, "2026-06-04"), "Not enough: 30 words, 2 minutes; 50 words or 10 minutes were asked"],
    [day("grace", 0, 0, "2026-06-04"), "Held by grace, which allows 1 missed day in any seven"],
    [day("grace"), "Held by grace, which allows 2 missed days in any seven"],
    [day("rest"), `Rest: ${SATURDAY} is a day off`],
    [day("rest", 30), `Rest: ${SATURDAY} is a day off. 30 words all the same`],
    [day("rest", 0, 0, "2026-06-03"), `Rest: booked from ${name(2)} to ${name(3)}`],
    [day("rest", 0, 0, "2026-06-09"), "Rest: booked for this day"],
    [day("travel"), "Travel: less than 12 hours of this day were left between your time zones, so it asked nothing"],
    [day("amnesty"), "Wordtide was away: this day asked nothing of anybody"],
  ])("%j", (of, said) => {
    expect(reason(of, grounds)).toBe(said);
  });
});

describe("the number taken apart", () => {
  it("names what was held and what asked nothing", () => {
    expect(takenApart(streak("WGWRRO", 2, FIRST))).toBe(`2 days written since ${name(1)}, 1 missed day held by grace, 2 days that asked nothing.`);
  });

  it("says what it was cut by", () => {
    expect(takenApart(streak("WWMWGW", 2, "2026-06-04"))).toBe(
      `2 days written since ${name(4)}, 1 missed day held by grace. Before that, ${name(3)} was missed, more than grace could hold.`,
    );
    expect(takenApart(streak("WMMMW", 1, "2026-06-05"))).toBe(
      `1 day written since ${name(5)}. Before that, 3 days were missed, more than grace could hold.`,
    );
  });

  it("says nothing of days it does not have", () => {
    expect(takenApart(streak("WWW", 900, "2024-01-01"))).toBe("");
    expect(takenApart(streak("WMMO", 0, null))).toBe("");
  });
});

describe("whoever is back", () => {
  it("is welcomed on the day itself", () => {
    expect(welcome(streak("WMMMMMMMMW", 1, "2026-06-10"))).toBe("Back after 9 days. Day 1 of a new one.");
    expect(welcome(streak("WRRRRW", 2, FIRST))).toBe("Back after 5 days. Your streak waited for you.");
  });

  it("is not, where there is nothing to be back from", () => {
    expect(welcome(streak("W", 1, FIRST))).toBe("");
    expect(welcome(streak("WGW", 2, FIRST))).toBe("");
    expect(welcome(streak("WMMMO", 0, null))).toBe("");
  });
});

describe("milestones", () => {
  it("are said on the day that reaches them, and on no other", () => {
    const reached = [6, 7, 8, 30, 100, 365].filter((n) => milestone(streak("W", n, FIRST)));
    expect(reached).toEqual([7, 30, 100, 365]);
    expect(milestone(streak("WO", 7, FIRST))).toBe("");
  });
});
