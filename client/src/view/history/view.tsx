// History as a page: the streak, the year, the totals, the sessions.
import type { HistoryJson, StreakJson } from "../../protocol";
import { number, onDays, rate, words } from "../format";
import { Link } from "../router";
import * as T from "../testids";
import { since, weekOf } from "./days";
import { HeatMap } from "./heatmap";
import { pace } from "./pace";
import { Sessions } from "./sessions";
import { StreakView } from "./streak";

interface HistoryViewProps {
  history: HistoryJson;
  streak: StreakJson;
  hidden: boolean;
  weekStart: number;
}

function Figure({ name, count, note }: { name: string; count: string; note?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {count}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

export function HistoryView({ history, streak, hidden, weekStart }: HistoryViewProps) {
  const { totals, days, sessions } = history;
  if (!sessions.length) {
    return (
      <section class="stack">
        <p>Here your sprints gather: the words of each, a year of days, and a streak you can check day by day.</p>
        <div>
          <Link to="/" class="button first">
            Start a room and write
          </Link>
        </div>
      </section>
    );
  }
  const week = since(days, weekOf(streak.today, weekStart));
  const month = since(days, `${streak.today.slice(0, 7)}-01`);
  const added = sessions.reduce((sum, s) => sum + s.words_added, 0);
  const perMinute = pace(sessions);
  return (
    <>
      <section class="stack" aria-labelledby="streak-title">
        <h2 id="streak-title">Streak</h2>
        <StreakView streak={streak} hidden={hidden} />
      </section>
      <section class="stack" aria-labelledby="year-title">
        <h2 id="year-title">The past year</h2>
        <HeatMap days={days} today={streak.today} weekStart={weekStart} />
        <dl class="figures" data-testid={T.historyTotal} data-words={totals.words} data-sessions={totals.sessions}>
          <Figure name="This week" count={words(week.words)} note={onDays(week.days)} />
          <Figure name="This month" count={words(month.words)} note={onDays(month.days)} />
          <Figure
            name="The past year"
            count={words(totals.words)}
            note={added > totals.words ? `${number(added)} added, ${number(added - totals.words)} taken away` : onDays(totals.days)}
          />
          <Figure name="Sprints" count={number(totals.sessions)} note={perMinute === null ? "" : `${rate(perMinute)} a minute`} />
        </dl>
      </section>
      <section class="stack" aria-labelledby="sessions-title">
        <h2 id="sessions-title">Sprints</h2>
        <Sessions sessions={sessions} />
      </section>
    </>
  );
}
