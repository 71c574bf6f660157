// The streak: its number, what it hangs on today, and why it is what it is: the days, each with its reason.
import { useSignal } from "@preact/signals";

import type { StreakDayJson, StreakJson } from "../../protocol";
import { dayName } from "../dates";
import { minutesOf, number, words } from "../format";
import { Link } from "../router";
import * as T from "../testids";

const STATE: Record<StreakJson["state"], string> = {
  done: "Today counts already.",
  must_write: "Write today to keep it.",
  grace_left: "Today may rest: grace would hold it.",
  resting: "Today is a day of rest.",
  broken: "It has ended. The next day you write begins a new one.",
  none: "It begins with the first day you write.",
};

const FIRST = 21;

function amount(d: StreakDayJson): string {
  return d.minutes >= 1 ? `${words(d.words)}, ${minutesOf(d.minutes)}` : words(d.words);
}

export function reason(d: StreakDayJson): string {
  const some = d.words !== 0 || d.minutes > 0;
  switch (d.status) {
    case "written":
      return `Written: ${amount(d)}`;
    case "open":
      return some ? `Still open: ${amount(d)} so far` : "Still open: nothing yet";
    case "missed":
      return some ? `Missed: ${amount(d)}, not enough to count` : "Missed: nothing written";
    case "grace":
      return "Missed, and held by grace";
    case "rest":
      return some ? `Rest, and still written: ${amount(d)}` : "A day of rest";
    case "travel":
      return "Too few hours of this day in your new time zone: it does not matter";
    case "amnesty":
      return "Wordtide was away: it does not matter";
  }
}

export function StreakView({ streak, hidden }: { streak: StreakJson; hidden: boolean }) {
  const all = useSignal(false);
  if (hidden) {
    return (
      <p class="quiet">
        Your streak is hidden. <Link to="/settings">Settings</Link> can show it.
      </p>
    );
  }
  const days = streak.days.slice().reverse();
  const shown = all.value ? days : days.slice(0, FIRST);
  return (
    <div class="stack">
      <div class="streak">
        <p>
          <span class="streak-number num" data-testid={T.streakNumber} data-streak={streak.current}>
            {number(streak.current)}
          </span>{" "}
          {streak.current === 1 ? "day" : "days"}
        </p>
        <p data-testid={T.streakState} data-state={streak.state}>
          {STATE[streak.state]}
        </p>
      </div>
      <p class="quiet small">
        {streak.since && streak.current > 0 && `Since ${dayName(streak.since, "long")}. `}
        {streak.longest > 0 && `Longest ${number(streak.longest)}. `}
        {streak.weekly.longest > 0 && `By weeks: ${number(streak.weekly.current)}, longest ${number(streak.weekly.longest)}.`}
      </p>
      {days.length > 0 && (
        <details data-testid={T.streakWhy}>
          <summary>Why {number(streak.current)}?</summary>
          <ol class="why" reversed>
            {shown.map((d) => (
              <li key={d.day} data-testid={T.streakDay} data-day={d.day} data-status={d.status}>
                <span class="num">{dayName(d.day)}</span>
                <span>{reason(d)}</span>
              </li>
            ))}
          </ol>
          {shown.length < days.length && (
            <button type="button" class="button" onClick={() => (all.value = true)}>
              Show all {number(days.length)} days
            </button>
          )}
        </details>
      )}
    </div>
  );
}
