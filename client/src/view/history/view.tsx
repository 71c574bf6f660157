// History as a page: the streak, what it came to, the year, words over time, the bests, the sessions.
import { useEffect, useMemo, useRef } from "preact/hooks";

import type { GoalJson, HistorySessionJson, ManualSessionJson, MeJson, OverviewJson, ProjectJson } from "../../protocol";
import { addDays } from "../dates";
import { GoalLines } from "../projects/goals";
import { Link, toHeading } from "../router";
import { Add } from "./add";
import { Bars } from "./bars";
import { weekOf, withStreak } from "./days";
import { BestsView, SumsView } from "./figures";
import { HeatMap } from "./heatmap";
import { SessionList } from "./list";
import type { Showing } from "./shown";
import { StreakView } from "./streak";

const WEEKS = 53;

interface HistoryViewProps {
  overview: OverviewJson;
  who: MeJson;
  projects: readonly ProjectJson[];
  goals: readonly GoalJson[];
  showing: Showing;
  /** Raises ApiProblem. */
  add: (session: ManualSessionJson) => Promise<HistorySessionJson>;
  open: (day: string) => void;
  changed: () => void;
}

export function HistoryView({ overview, who, projects, goals, showing, add, open, changed }: HistoryViewProps) {
  const { today } = overview.streak;
  const days = useMemo(() => withStreak(overview.days, who.streak_hidden ? null : overview.streak.days), [overview, who.streak_hidden]);
  const byHand = <Add today={today} zone={who.zone} rollover={who.rollover} projects={projects} add={add} />;
  const isEmpty = !overview.sums.all.sessions && !showing.shown.value.sessions.length;
  const wasEmpty = useRef(isEmpty);
  useEffect(() => {
    if (wasEmpty.current && !isEmpty) toHeading(document.getElementById("sessions-title")); // the form stands elsewhere now
    wasEmpty.current = isEmpty;
  }, [isEmpty]);
  if (isEmpty) {
    return (
      <section class="stack">
        <p>Here your sprints gather: the words of each, a year of days, and a streak you can check day by day.</p>
        <div>
          <Link to="/" class="button first">
            Start a room and write
          </Link>
        </div>
        <p>
          If you wrote elsewhere before, <Link to="/history/data">bring it along</Link>.
        </p>
        {byHand}
      </section>
    );
  }
  const last = [today, ...overview.days.map((d) => d.day)].sort().at(-1) as string;
  return (
    <>
      <section class="stack" aria-labelledby="streak-title">
        <h2 id="streak-title">Streak</h2>
        <StreakView streak={overview.streak} hidden={who.streak_hidden} />
      </section>
      <section class="stack" aria-labelledby="sums-title">
        <h2 id="sums-title">What you wrote</h2>
        <SumsView sums={overview.sums} wpm={overview.wpm} />
        <GoalLines goals={goals} />
      </section>
      <section class="stack" aria-labelledby="year-title">
        <h2 id="year-title">The past year</h2>
        <HeatMap
          name="The past year"
          days={days}
          first={addDays(weekOf(today, who.week_start), -7 * (WEEKS - 1))}
          last={last}
          today={today}
          weekStart={who.week_start}
          open={open}
        />
        <p>
          <Link to={`/history/${today.slice(0, 4)}`}>The year {today.slice(0, 4)} in review</Link>
        </p>
      </section>
      <section class="stack" aria-labelledby="bars-title">
        <h2 id="bars-title">Words over time</h2>
        <Bars overview={overview} weekStart={who.week_start} />
      </section>
      <section class="stack" aria-labelledby="bests-title">
        <h2 id="bests-title">Bests</h2>
        <BestsView bests={overview.bests} hour={overview.hour} />
      </section>
      <SessionList showing={showing} projects={projects} changed={changed}>
        {byHand}
      </SessionList>
      <p>
        <Link to="/history/data">Import, export and a calendar</Link>
      </p>
    </>
  );
}
