// Days are ISO date strings and stay so: read as UTC and shown as UTC, no time zone can move them.

function atUtc(day: string): number {
  const [y = 1970, m = 1, d = 1] = day.split("-").map(Number);
  return Date.UTC(y, m - 1, d);
}

const dayForms = {
  date: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  long: new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  short: new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat(undefined, { month: "short", timeZone: "UTC" }),
  monthYear: new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" }),
};

export function dayName(day: string, form: keyof typeof dayForms = "short"): string {
  return dayForms[form].format(atUtc(day));
}

/** "Mon, 9 – Sun, 15 Nov 2026"; of one day its name. Both are included. */
export function daysName(first: string, last: string): string {
  return dayForms.long.formatRange(atUtc(first), atUtc(last));
}

/** 0 is Monday. */
export function weekdayName(n: number, form: "long" | "short" = "short"): string {
  return new Intl.DateTimeFormat(undefined, { weekday: form, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + n));
}

/** From one day to the other, less than 0 if that is the earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((atUtc(to) - atUtc(from)) / 86_400_000);
}

export function addDays(day: string, n: number): string {
  return new Date(atUtc(day) + n * 86_400_000).toISOString().slice(0, 10);
}

/** 0 is Monday, as in ISO 8601's order. */
export function weekday(day: string): number {
  return (new Date(atUtc(day)).getUTCDay() + 6) % 7;
}
