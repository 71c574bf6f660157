// A year as a shore of days, drawn as SVG from ISO date strings; the same as a table for whoever prefers one.
import type { HistoryDayJson } from "../../protocol";
import { dayName } from "../dates";
import { minutesOf, number, words } from "../format";
import * as T from "../testids";
import { type Cell, calendar } from "./days";

const STEP = 12;
const SIZE = 10;
const TOP = 14;

function title(cell: Cell): string {
  const what = cell.sessions ? `${words(cell.words)}, ${minutesOf(cell.minutes)}` : "nothing";
  return `${dayName(cell.day, "long")}: ${what}${cell.status === "grace" ? ", held by grace" : ""}`;
}

function Half({ weeks, today }: { weeks: readonly Cell[][]; today: string }) {
  return (
    <svg viewBox={`0 0 ${27 * STEP} ${TOP + 7 * STEP}`} aria-hidden="true">
      {weeks.map((week, x) => {
        const first = week.find((cell) => cell.day.endsWith("-01"));
        return first && x < 26 ? (
          <text key={first.day} x={x * STEP} y={9}>
            {dayName(first.day, "month")}
          </text>
        ) : null;
      })}
      {weeks.map((week, x) =>
        week.map((cell, y) => (
          <g key={cell.day}>
            <rect
              x={x * STEP}
              y={TOP + y * STEP}
              width={SIZE}
              height={SIZE}
              rx="2"
              class={cell.day === today ? "today" : undefined}
              data-testid={T.heatDay}
              data-day={cell.day}
              data-words={cell.words}
              data-bin={cell.bin}
            >
              <title>{title(cell)}</title>
            </rect>
            {cell.status === "grace" && <circle cx={x * STEP + SIZE / 2} cy={TOP + y * STEP + SIZE / 2} r="1.6" />}
          </g>
        )),
      )}
    </svg>
  );
}

interface HeatMapProps {
  days: readonly HistoryDayJson[];
  today: string;
  weekStart: number;
}

export function HeatMap({ days, today, weekStart }: HeatMapProps) {
  const weeks = calendar(days, today, weekStart);
  const shown = weeks.flat().filter((cell) => cell.sessions > 0).reverse();
  return (
    <figure class="stack" aria-labelledby="year-title">
      <div class="heat" data-testid={T.heatmap} role="img" aria-label={`The past year: ${number(shown.length)} days with words. The table below has them.`}>
        <Half weeks={weeks.slice(0, 27)} today={today} />
        <Half weeks={weeks.slice(27)} today={today} />
      </div>
      <figcaption class="key quiet small">
        <span>
          fewer
        <svg viewBox={`0 0 ${5 * STEP} ${SIZE}`} class="heat" aria-hidden="true">
          {[0, 1, 2, 3, 4].map((bin) => (
            <rect key={bin} x={bin * STEP} y="0" width={SIZE} height={SIZE} rx="2" data-bin={bin} />
          ))}
        </svg>
          more
        </span>
        <span>· a dot: held by grace</span>
      </figcaption>
      <details>
        <summary>The same as a table</summary>
        <table>
          <caption class="away">Days with words in the past year, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" class="end">
                Words
              </th>
              <th scope="col" class="end">
                Minutes
              </th>
              <th scope="col" class="end">
                Sprints
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((cell) => (
              <tr key={cell.day}>
                <th scope="row">{dayName(cell.day, "long")}</th>
                <td class="end num">{number(cell.words)}</td>
                <td class="end num">{number(cell.minutes)}</td>
                <td class="end num">{number(cell.sessions)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
