// A writer's history made of plain values: none, one day, a year.
import type {
  HistoryDayJson,
  HistoryJson,
  HistorySessionJson,
  MeJson,
  MonthJson,
  OverviewJson,
  StreakDayJson,
  StreakJson,
  TotalsJson,
  YearJson,
} from "../src/protocol";
import { addDays } from "../src/view/dates";

export const TODAY = "2026-11-23";

export const ME: MeJson = {
  id: 1,
  name: "Ann",
  zone: "Europe/London",
  rollover: "03:00",
  day_words: 50,
  day_minutes: 10,
  grace: 1,
  rest_weekdays: [],
  weekly_days: 3,
  week_start: 0,
  streak_hidden: false,
  created_at: "2025-11-01T10:00:00.000Z",
  handle: null,
};

function session(i: number, day: string, words: number): HistorySessionJson {
  return {
    id: `s${i}`,
    sprint: i,
    room: "evening-tide",
    room_title: i % 5 ? "Evening tide" : "The Tuesday write-in of the North Shore Library, third floor, by the window",
    local_day: day,
    started_at: `${day}T19:00:00.000Z`,
    zone: "Europe/London",
    minutes: i % 4 ? 20 : 25,
    words_net: words,
    words_added: Math.max(0, words),
    words_removed: Math.max(0, -words),
    wpm: words > 0 ? words / 20 : null,
    source: i % 13 === 5 ? "manual" : "sprint",
    late: i % 17 === 3,
    counts: i % 29 !== 7,
    project: null,
    amount: null,
    note: i % 9 === 2 ? "Wrote the ferry scene backwards, from the far shore." : "",
    intention: i % 7 === 3 ? "The letter, opened" : "",
    outcome: i % 7 === 3 ? "partly" : null,
    edited: i % 23 === 4,
    removed: false,
  };
}

/** Every day of `n` back from today on which somebody of some habit would write. */
export function historyOf(n: number): HistoryJson {
  const sessions: HistorySessionJson[] = [];
  const days: HistoryDayJson[] = [];
  for (let back = n - 1; back >= 0; back--) {
    const rest = n > 1 && (back * 7) % 11 < 3 && back % 13 !== 0;
    if (rest) continue;
    const day = addDays(TODAY, -back);
    const words = n === 1 ? 412 : 120 + ((back * 7919) % 900) - (back % 31 === 4 ? 700 : 0);
    const s = session(back, day, words);
    sessions.unshift(s);
    days.push({ day, words: s.words_added, removed: s.words_removed, minutes: s.minutes, sessions: 1, status: "written" });
  }
  return {
    sessions,
    days,
    totals: {
      words: sessions.reduce((sum, s) => sum + s.words_added, 0),
      removed: sessions.reduce((sum, s) => sum + s.words_removed, 0),
      minutes: sessions.reduce((sum, s) => sum + s.minutes, 0),
      sessions: sessions.length,
      days: days.length,
    },
  };
}

/** What the server would say of such a history. */
export function overviewOf(n: number, state: StreakJson["state"], current: number): OverviewJson {
  const { sessions, days, totals } = historyOf(n);
  const months = new Map<string, MonthJson>();
  for (const d of days) {
    const month = months.get(d.day.slice(0, 7)) ?? { month: d.day.slice(0, 7), words: 0, removed: 0, minutes: 0, sessions: 0, days: 0 };
    months.set(month.month, { ...month, words: month.words + d.words, removed: month.removed + d.removed, minutes: month.minutes + d.minutes, sessions: month.sessions + 1, days: month.days + 1 });
  }
  const since = (day: string): TotalsJson => {
    const those = days.filter((d) => d.day >= day);
    const sum = (name: "words" | "removed" | "minutes"): number => those.reduce((all, d) => all + d[name], 0);
    return { words: sum("words"), removed: sum("removed"), minutes: sum("minutes"), sessions: those.length, days: those.length };
  };
  const sprint = sessions.reduce<HistorySessionJson | null>((best, s) => (s.words_net > (best?.words_net ?? 0) ? s : best), null);
  const day = sprint && { first: sprint.local_day, last: sprint.local_day, words: sprint.words_net };
  return {
    streak: streakOf(state, current),
    sums: { today: since(TODAY), week: since("2026-11-23"), month: since("2026-11-01"), year: since("2026-01-01"), all: totals },
    days,
    months: [...months.values()],
    bests: { sprint, rate: sprint, day, week: day && { ...day, first: addDays(day.first, -3), last: addDays(day.first, 3), words: day.words * 4 } },
    wpm: sprint ? 21.4 : null,
    hour: n >= 10 ? { hour: 19, words: 38_412, sessions: 120 } : null,
    sessions: sessions.slice(0, 30),
    next: sessions.length > 30 ? "more" : null,
  };
}

export function yearOf(n: number): YearJson {
  const { days, months, bests, wpm, hour } = overviewOf(n, "done", 1);
  const within = days.filter((d) => d.day.startsWith("2026"));
  return {
    year: 2026,
    years: n > 1 ? [2023, 2024, 2025, 2026] : n ? [2026] : [],
    totals: overviewOf(n, "done", 1).sums.year,
    longest: n ? 31 : 0,
    days: within.map((d) => ({ ...d, status: null })),
    months: months.filter((m) => m.month.startsWith("2026")),
    bests,
    wpm,
    hour,
    projects: n > 1 ? [{ id: "p", title: "The Lamp at Sandless", unit: "words", amount: 81_204 }, { id: "q", title: "Thesis", unit: "pages", amount: 61 }] : [],
  };
}

export function streakOf(state: StreakJson["state"], current: number): StreakJson {
  const statuses: StreakDayJson["status"][] = ["written", "written", "grace", "written", "missed", "rest", "travel", "amnesty", "written", "written"];
  const days = Array.from({ length: current ? 40 : 0 }, (_, i): StreakDayJson => {
    const back = 39 - i;
    const status = back === 0 ? (state === "done" ? "written" : "open") : (statuses[(back * 3) % statuses.length] ?? "written");
    const wrote = status === "written";
    return { day: addDays(TODAY, -back), status, words: wrote ? 200 + back * 13 : status === "missed" ? 12 : 0, minutes: wrote ? 20 : 0 };
  });
  return {
    current,
    longest: Math.max(current, current ? 31 : 0),
    since: current ? addDays(TODAY, -current) : null,
    state,
    today: TODAY,
    closes_at: `${addDays(TODAY, 1)}T03:00:00.000Z`,
    grace: 1,
    grace_used: state === "must_write" ? 1 : 0,
    weekly: { current: current ? 4 : 0, longest: current ? 11 : 0, days: current ? 2 : 0, asked: 3 },
    days,
    rules: [{ from_day: "0001-01-01", rollover: "03:00", day_words: 50, day_minutes: 10, grace: 1, rest_weekdays: [5, 6] }],
    rests: [],
  };
}
