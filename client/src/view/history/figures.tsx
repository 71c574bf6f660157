// What it came to, and the bests: each number with what it is made of.
import type { BestHourJson, BestsJson, HistorySessionJson, SumsJson, TotalsJson } from "../../protocol";
import { dayName, daysName } from "../dates";
import { minutesOf, number, onDays, rate, sessionsOf, words } from "../format";
import * as T from "../testids";

interface FigureProps {
  /** What `count` is of. */
  name: string;
  count: string;
  notes?: readonly string[];
  best?: string;
}

export function Figure({ name, count, notes = [], best }: FigureProps) {
  return (
    <div data-testid={best ? T.best : undefined} data-best={best}>
      <dt>{name}</dt>
      <dd>
        <span class="num">{count}</span>
        {notes.filter(Boolean).map((note) => (
          <small key={note}>
            <bdi>{note}</bdi>
          </small>
        ))}
      </dd>
    </div>
  );
}

/** "25 minutes", "26 hours" */
export function time(minutes: number): string {
  return minutes < 120 ? minutesOf(minutes) : `${number(minutes / 60)} hours`;
}

/** What was taken out stands beside what was added, and is not set against it. */
function notesOf({ removed, minutes, sessions, days }: TotalsJson): string[] {
  const unit = removed > 0 ? ["words added", `${number(removed)} taken out`] : ["words"];
  return sessions ? [...unit, `${time(minutes)} in ${sessionsOf(sessions)}`, days > 1 ? onDays(days) : ""] : unit;
}

const SPANS: readonly [keyof SumsJson, string][] = [
  ["today", "Today"],
  ["week", "This week"],
  ["month", "This month"],
  ["year", "This year"],
  ["all", "In all"],
];

export function SumsView({ sums, wpm }: { sums: SumsJson; wpm: number | null }) {
  return (
    <dl class="figures" data-testid={T.historyTotal} data-words={sums.all.words} data-sessions={sums.all.sessions}>
      {SPANS.map(([span, name]) => (
        <Figure key={span} name={name} count={number(sums[span].words)} notes={notesOf(sums[span])} />
      ))}
      {wpm !== null && <Figure name="Words a minute" count={rate(wpm)} />}
    </dl>
  );
}

/** Where a session was written. */
export function place(s: HistorySessionJson): string {
  if (s.source === "manual") return "Entered by hand";
  if (s.source === "import") return "Imported";
  return s.room_title ?? (s.source === "solo" ? "On your own" : "A room");
}

/** An hour of the day, as the page's language says it: "06:00", "6 AM". */
function hourName(hour: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(hour * 3_600_000);
}

export function BestsView({ bests, hour }: { bests: BestsJson; hour: BestHourJson | null }) {
  const { sprint, rate: fastest, day, week } = bests;
  if (!day && !hour) return <p class="quiet">They stand here once a session has added words.</p>;
  return (
    <dl class="figures">
      {sprint && (
        <Figure best="sprint" name="Sprint" count={number(sprint.words_net)} notes={["words", place(sprint), dayName(sprint.local_day, "long")]} />
      )}
      {fastest?.wpm != null && (
        <Figure
          best="rate"
          name="Words a minute"
          count={rate(fastest.wpm)}
          notes={[`over ${minutesOf(fastest.minutes)}`, place(fastest), dayName(fastest.local_day, "long")]}
        />
      )}
      {day && <Figure best="day" name="Day" count={number(day.words)} notes={["words", daysName(day.first, day.last)]} />}
      {week && <Figure best="week" name="Week" count={number(week.words)} notes={["words", daysName(week.first, week.last)]} />}
      {hour && (
        <Figure
          best="hour"
          name="Hour of the day"
          count={hourName(hour.hour)}
          notes={[`to ${hourName((hour.hour + 1) % 24)}`, `${words(hour.words)} in ${sessionsOf(hour.sessions)}`]}
        />
      )}
    </dl>
  );
}
