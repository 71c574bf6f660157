// A year in review: for oneself, on one page of paper.
import * as api from "../../api_history";
import type { YearJson } from "../../protocol";
import { addDays } from "../dates";
import { number, onDays, sessionsOf, words } from "../format";
import { Page } from "../house";
import { Nameless } from "../nameless";
import { Show, useFound } from "../found";
import { Link } from "../router";
import * as T from "../testids";
import { me } from "../who";
import { BarsTable, Drawing } from "./bars";
import { BestsView, time } from "./figures";
import { HeatMap } from "./heatmap";
import { monthsOf, scale } from "./periods";
import { daysInWords } from "./reasons";

function Years({ year, years }: Pick<YearJson, "year" | "years">) {
  const others = years.filter((each) => each !== year);
  return others.length > 0 ? (
    <nav class="row no-print" aria-label="Other years">
      {others.map((each) => (
        <Link key={each} to={`/history/${each}`} class="button plain">
          {`${each}`}
        </Link>
      ))}
    </nav>
  ) : null;
}

interface YearViewProps {
  review: YearJson;
  weekStart: number;
  streakHidden: boolean;
}

export function YearView({ review, weekStart, streakHidden }: YearViewProps) {
  const { year, years, totals } = review;
  if (!totals.sessions) {
    return (
      <>
        <p>{years.length ? "Nothing of this year is here. Others are." : "Nothing is here yet. A year begins with its first sprint."}</p>
        <Years year={year} years={years} />
      </>
    );
  }
  const months = monthsOf(review.months, year);
  const { high, low } = scale(months);
  return (
    <>
      <dl class="figures" data-testid={T.yearTotal} data-words={totals.words} data-sessions={totals.sessions}>
        <div>
          <dt>Words</dt>
          <dd>
            <span class="num">{number(totals.words)}</span>
            <small>{totals.removed > 0 ? `added, ${number(totals.removed)} taken out` : "added"}</small>
          </dd>
        </div>
        <div>
          <dt>Time</dt>
          <dd>
            {time(totals.minutes)}
            <small>
              in {sessionsOf(totals.sessions)} {onDays(totals.days)}
            </small>
          </dd>
        </div>
        {review.longest > 0 && !streakHidden && (
          <div>
            <dt>Longest streak</dt>
            <dd>{daysInWords(review.longest)}</dd>
          </div>
        )}
      </dl>
      <section class="stack" aria-labelledby="months-title">
        <h2 id="months-title">Month by month</h2>
        <figure class="curve bars stack" aria-label={`Words in ${year} by month`}>
          <div class="curve-box low">
            <Drawing bars={months} high={high} low={low} at={-1} />
            <span class="curve-tick num" style={{ top: 0 }} aria-hidden="true">
              {number(high)}
            </span>
          </div>
          <div class="month-names quiet small" aria-hidden="true">
            {months.map(({ first, month }) => (
              <span key={first}>{month}</span>
            ))}
          </div>
          <BarsTable bars={months} by="month" />
        </figure>
      </section>
      <section class="stack" aria-labelledby="days-title">
        <h2 id="days-title">Day by day</h2>
        <HeatMap
          name={`${year}`}
          days={review.days}
          first={`${year}-01-01`}
          last={addDays(`${year + 1}-01-01`, -1)}
          today={null}
          weekStart={weekStart}
          open={null}
        />
      </section>
      <section class="stack" aria-labelledby="bests-title">
        <h2 id="bests-title">Bests of {year}</h2>
        <BestsView bests={review.bests} hour={review.hour} />
      </section>
      {review.projects.length > 0 && (
        <section class="stack" aria-labelledby="projects-title">
          <h2 id="projects-title">What it went into</h2>
          <ul>
            {review.projects.map((each) => (
              <li key={each.id}>
                <bdi>{each.title}</bdi>: {each.unit === "words" ? words(each.amount) : `${number(each.amount)} ${each.unit}`}
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="row no-print">
        <button type="button" class="button" onClick={() => print()}>
          Print it
        </button>
        <span class="hint">Only you see this page.</span>
      </div>
      <Years year={year} years={years} />
    </>
  );
}

export function YearPage({ year }: { year: number }) {
  const who = me.value;
  const found = useFound(() => api.year(year), who?.id);
  return (
    <Page title={`${year}`}>
      <h1>{year}</h1>
      {who === null && <Nameless text="Your history belongs to a name. Give one, and it begins." />}
      {who !== null && (
        <Show found={found} label="Loading your year">
          {(review) => who && <YearView review={review} weekStart={who.week_start} streakHidden={who.streak_hidden} />}
        </Show>
      )}
      <p class="no-print">
        <Link to="/history">Your whole history</Link>
      </p>
    </Page>
  );
}
