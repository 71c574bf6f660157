// Actual against plan: drawn as SVG by us, any day of it to be asked for by a slider, and all of it as a table.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";

import { isolated } from "../../isolated";
import type { ProjectInFullJson } from "../../protocol";
import { dayName } from "../dates";
import { number, signed } from "../format";
import * as T from "../testids";
import { type Chart, type ChartDay, chart, path, placeAt } from "./chart";
import { amount, type Unit } from "./said";

/** Units of the drawing; it is stretched to the page. */
const SIZE = 1_000;

function dayText(day: ChartDay, known: boolean, unit: Unit): string {
  const parts = known ? [`${amount(day.total, unit)} in all`] : [];
  if (day.amount !== 0) parts.push(`${signed(day.amount)} that day`);
  if (day.planned !== null) parts.push(`plan ${number(day.planned)}`);
  return `${dayName(day.day, "long")}: ${parts.join(", ") || "nothing yet"}`;
}

function Drawing({ chart: c, at }: { chart: Chart; at: number }) {
  const middle = (i: number): number => ((i + 0.5) / c.days.length) * SIZE;
  const height = (value: number): number => (1 - (value - c.low) / (c.high - c.low)) * SIZE;
  return (
    <svg viewBox={`0 0 ${SIZE} ${SIZE}`} preserveAspectRatio="none" aria-hidden="true">
      {c.ticks.map((tick) => (
        <path key={tick} class="tick" d={`M0 ${height(tick)}H${SIZE}`} />
      ))}
      <path class="now" d={`M${middle(c.today)} 0V${SIZE}`} />
      <path class="plan" d={path(c.plan, SIZE)} />
      <path class="actual" d={path(c.actual, SIZE)} />
      {at !== c.today && <path class="at" d={`M${middle(at)} 0V${SIZE}`} />}
    </svg>
  );
}

function Table({ chart: c, unit }: { chart: Chart; unit: Unit }) {
  const rows = c.days.filter((day) => day.amount !== 0).reverse();
  return (
    <table>
      <caption class="away">Days on which it moved, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" class="end">
            {unit[0]?.toUpperCase() + unit.slice(1)}
          </th>
          <th scope="col" class="end">
            In all
          </th>
          <th scope="col" class="end">
            Plan
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((day) => (
          <tr key={day.day}>
            <th scope="row">{dayName(day.day, "long")}</th>
            <td class="end num">{signed(day.amount)}</td>
            <td class="end num">{number(day.total)}</td>
            <td class="end num">{day.planned === null ? "–" : number(day.planned)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Curve({ full }: { full: ProjectInFullJson }) {
  const c = useMemo(() => chart(full), [full]);
  const chosen = useSignal<number | null>(null);
  const { unit, title } = full.project;
  const at = Math.min(chosen.value ?? c.today, c.days.length - 1);
  const day = c.days[at] as ChartDay;
  const known = at <= c.today || day.amount !== 0;
  const text = dayText(day, known, unit);
  const point = (e: PointerEvent & { currentTarget: HTMLElement }) => {
    chosen.value = placeAt(e, c.days.length);
  };
  return (
    <figure class="curve stack" data-testid={T.projectChart} aria-label={`${isolated(title)}: actual and plan by day`}>
      <div>
        <div class="curve-box" onPointerMove={point} onPointerLeave={() => (chosen.value = null)}>
          <Drawing chart={c} at={at} />
          {c.ticks.map((tick) => (
            <span key={tick} class="curve-tick num" style={{ bottom: `${((tick - c.low) / (c.high - c.low)) * 100}%` }} aria-hidden="true">
              {number(tick)}
            </span>
          ))}
        </div>
        <div class="curve-days quiet small" aria-hidden="true">
          <span>{dayName(c.days[0]?.day ?? "")}</span>
          <span>{dayName(c.days[c.days.length - 1]?.day ?? "")}</span>
        </div>
        <input
          type="range"
          class="curve-range"
          min={0}
          max={c.days.length - 1}
          value={at}
          data-testid={T.projectDay}
          data-day={day.day}
          aria-label="Day"
          aria-valuetext={text}
          onInput={(e) => (chosen.value = Number(e.currentTarget.value))}
        />
        <p class="small" aria-hidden="true">
          {text}
        </p>
      </div>
      <figcaption class="key quiet small">
        <span>
          <i class="sample actual" /> actual
        </span>
        {c.plan.length > 0 && (
          <span>
            <i class="sample plan" /> plan
          </span>
        )}
        <span>
          <i class="sample now" /> today
        </span>
      </figcaption>
      <details>
        <summary>The same as a table</summary>
        <Table chart={c} unit={unit} />
      </details>
    </figure>
  );
}
