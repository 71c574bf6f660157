// The streak: its number, what it hangs on today, and why it is what it is: the days, each with its reason.
import { useSignal } from "@preact/signals";

import * as api from "../../api";
import type { StreakJson } from "../../protocol";
import { announce } from "../announce";
import { dayName } from "../dates";
import { number } from "../format";
import { problemText } from "../name";
import { placeName, sameClock } from "../pages/zone";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { me } from "../who";
import { beginning, daysInWords, milestone, reason, takenApart, welcome } from "./reasons";
import { knownZone } from "./wall";

const FIRST = 21;

/** An instant on the clock of a zone, as "Tue, 03:00". */
function weekdayAndTime(ms: number, zone: string): string {
  return new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "numeric", minute: "2-digit", timeZone: zone }).format(ms);
}

/** When today ends, on the writer's own clock. */
function closing(streak: StreakJson): string {
  const zone = knownZone(me.value?.zone ?? api.deviceZone());
  const at = weekdayAndTime(Date.parse(streak.closes_at), zone);
  return sameClock(zone, api.deviceZone()) ? at : `${at}, ${placeName(zone)} time`;
}

function said(streak: StreakJson): string {
  switch (streak.state) {
    case "done":
      return "Today counts already.";
    case "must_write":
      return `Write by ${closing(streak)} to keep it.`;
    case "grace_left":
      return "Today may rest: grace would hold it.";
    case "resting":
      return "Nothing is asked of you today.";
    case "broken":
      return "The next day you write begins a new one.";
    case "none":
      return beginning(streak);
  }
}

function grace({ grace: allowed, grace_used: used, current }: StreakJson): string {
  if (!current || !allowed) return "";
  const left = Math.max(0, allowed - used);
  const holds = `Grace holds ${allowed} missed ${allowed === 1 ? "day" : "days"} in any seven`;
  return `${holds}: ${used ? `${used} used, ${left} left` : "none used"}.`;
}

function Count({ streak }: { streak: StreakJson }) {
  const { current, longest } = streak;
  const count = (
    <span class={current ? "streak-number num" : "num"} data-testid={T.streakNumber} data-streak={current}>
      {number(current)}
    </span>
  );
  if (current) {
    return (
      <p>
        {count} {current === 1 ? "day" : "days"}
      </p>
    );
  }
  return (
    <p>
      {longest > 0 && `Your longest, ${daysInWords(longest)}, stays yours. `}
      <span class="quiet small">Now {count} days in a row.</span>
    </p>
  );
}

function Facts({ streak }: { streak: StreakJson }) {
  const { since, current, longest, weekly } = streak;
  return (
    <div class="quiet small">
      {current > 0 && since && (
        <p>
          Since {dayName(since, "long")}. Longest {number(longest)}. {grace(streak)}
        </p>
      )}
      <p data-testid={T.streakWeeks} data-weeks={weekly.current} data-days={weekly.days}>
        {thisWeek(weekly)}
        {weekly.longest > 0 && ` ${number(weekly.current)} such in a row, longest ${number(weekly.longest)}.`}
      </p>
    </div>
  );
}

function thisWeek({ days, asked }: StreakJson["weekly"]): string {
  return days < asked ? `This week: ${days} of ${daysInWords(asked)}.` : `This week: ${daysInWords(days)}, enough to count.`;
}

function Why({ streak }: { streak: StreakJson }) {
  const all = useSignal(false);
  const days = streak.days.slice().reverse();
  const shown = all.value ? days : days.slice(0, FIRST);
  const total = takenApart(streak);
  return (
    <details data-testid={T.streakWhy}>
      <summary>Why {number(streak.current)}?</summary>
      {total && <p class="hint">{total}</p>}
      <ol class="why" reversed>
        {shown.map((d) => (
          <li key={d.day} data-testid={T.streakDay} data-day={d.day} data-status={d.status}>
            <span class="num">{dayName(d.day)}</span>
            <span>{reason(d, streak)}</span>
          </li>
        ))}
      </ol>
      {shown.length < days.length && (
        <button type="button" class="button" onClick={() => (all.value = true)}>
          Show all {number(days.length)} days
        </button>
      )}
    </details>
  );
}

function Shown({ streak }: { streak: StreakJson }) {
  const back = welcome(streak);
  const reached = milestone(streak);
  return (
    <div class="stack">
      {back && (
        <p class="lead" data-testid={T.streakBack}>
          {back}
        </p>
      )}
      <div class="streak">
        <Count streak={streak} />
        <p data-testid={T.streakState} data-state={streak.state}>
          {said(streak)}
        </p>
      </div>
      {reached && <p data-testid={T.streakMilestone}>{reached}</p>}
      <Facts streak={streak} />
      {streak.days.length > 0 && <Why streak={streak} />}
    </div>
  );
}

export function StreakView({ streak, hidden }: { streak: StreakJson; hidden: boolean }) {
  const wrong = useSignal("");
  const turn = async () => {
    wrong.value = "";
    try {
      me.value = await api.changeMe({ streak_hidden: !hidden });
      announce(hidden ? "Your streak is shown." : "Your streak is hidden.");
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  return (
    <div class="stack">
      {hidden ? <p class="quiet">Your streak is hidden. It goes on being counted.</p> : <Shown streak={streak} />}
      <Refusal text={wrong.value} />
      <div key="switch">
        <button type="button" class="button plain flush" onClick={turn} data-testid={T.streakSwitch}>
          {hidden ? "Show my streak" : "Hide my streak"}
        </button>
      </div>
    </div>
  );
}
