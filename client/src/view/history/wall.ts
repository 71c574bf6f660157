// What the clock on a wall shows in a time zone, and which instant that was. Days are ISO dates, times are "18:30".
import { deviceZone } from "../../api";

/** `zone`, or the device's own where this browser has not heard of it: zones get new names, as Europe/Kyiv did in 2022. */
export function knownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: zone });
    return zone;
  } catch {
    return deviceZone();
  }
}

const forms = new Map<string, Intl.DateTimeFormat>();

function form(zone: string): Intl.DateTimeFormat {
  let found = forms.get(zone);
  if (!found) {
    const numeric = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
    found = new Intl.DateTimeFormat("en-CA", { ...numeric, hourCycle: "h23", timeZone: knownZone(zone) });
    forms.set(zone, found);
  }
  return found;
}

/** `ms`: Unix ms. */
export function wall(ms: number, zone: string): { day: string; time: string } {
  const parts = Object.fromEntries(form(zone).formatToParts(ms).map(({ type, value }) => [type, value]));
  const year = (parts["year"] ?? "").padStart(4, "0");
  return { day: `${year}-${parts["month"]}-${parts["day"]}`, time: `${parts["hour"]}:${parts["minute"]}` };
}

/** As if the wall were in UTC. */
function utc(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00Z`);
}

/**
 * Unix ms; NaN where there is no such day or time. Where clocks jump over it, an instant within an hour of it; where they
 * show it twice, one of the two.
 */
export function instant(day: string, time: string, zone: string): number {
  const wanted = utc(day, time);
  if (Number.isNaN(wanted)) return Number.NaN;
  const ahead = (at: number): number => {
    const seen = wall(at, zone);
    return utc(seen.day, seen.time) - Math.floor(at / 60_000) * 60_000;
  };
  return wanted - ahead(wanted - ahead(wanted)); // the first guess may lie on the other side of a change of clocks
}
