// Words by day, week, month or year: added above the line, taken out below it. Drawn by us; any bar is told by a slider.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";

import type { OverviewJson } from "../../protocol";
import { addDays, dayName, daysName } from "../dates";
import { number, sessionsOf, words } from "../format";
import { placeAt } from "../projects/chart";
import * as T from "../testids";
import { time } from "./figures";
import { type Bar, type By, bars, scale } from "./periods";
import { SumsTable } from "./table";

const NAMES: Readonly<Record<By, { one: string; many: string }>> = {
  day: { one: "Day", many: "Days" },
  week: { one: "Week", many: "Weeks" },
  month: { one: "Month", many: "Months" },
  year: { one: "Year", many: "Years" },
};
/** Units of the drawing; it is stretched to the page. */
const SIZE = 1_000;
/** Of a bar's place, so much is left free. */
const GAP = 0.25;
/** A bar that is less tall would not be seen. */
const SEEN = 8;

export function nameOf(first: string, by: By): string {
  switch (by) {
    case "day":
      return dayName(first, "long");
    case "week":
      return daysName(first, addDays(first, 6));
    case "month":
      return dayName(first, "monthYear");
    case "year":
      return first.slice(0, 4);
  }
}

function told(bar: Bar, by: By): string {
  if (!bar.sessions) return `${nameOf(bar.first, by)}: nothing written`;
  const removed = bar.removed > 0 ? `, ${number(bar.removed)} taken out` : "";
  return `${nameOf(bar.first, by)}: ${words(bar.words)} added${removed}, ${time(bar.minutes)} in ${sessionsOf(bar.sessions)}`;
}

interface DrawingProps {
  bars: readonly Bar[];
  high: number;
  low: number;
  at: number;
}

export function Drawing({ bars, high, low, at }: DrawingProps) {
  const wide = SIZE / bars.length;
  const tall = (value: number): number => value && Math.max(SEEN, (value / (high + low)) * SIZE);
  const line = tall(high);
  return (
    <svg viewBox={`0 0 ${SIZE} ${SIZE}`} preserveAspectRatio="none" aria-hidden="true">
      {bars.map((bar, i) => (
        <g key={bar.first} class={i === at ? "at" : undefined}>
          <rect class="added" x={i * wide} y={line - tall(bar.words)} width={wide * (1 - GAP)} height={tall(bar.words)} />
          <rect class="taken" x={i * wide} y={line} width={wide * (1 - GAP)} height={tall(bar.removed)} />
        </g>
      ))}
      <path class="axis" d={`M0 ${line}H${SIZE}`} />
    </svg>
  );
}

export function BarsTable({ bars, by }: { bars: readonly Bar[]; by: By }) {
  const rows = bars.filter((bar) => bar.sessions > 0).reverse();
  return (
    <SumsTable
      of={NAMES[by].one}
      caption="Words added and taken out, newest first"
      rows={rows.map((bar) => ({ ...bar, key: bar.first, name: nameOf(bar.first, by) }))}
    />
  );
}

export function Bars({ overview, weekStart }: { overview: OverviewJson; weekStart: number }) {
  const by = useSignal<By>("week");
  const chosen = useSignal<number | null>(null);
  const { today } = overview.streak;
  const shown = useMemo(() => bars(overview, today, weekStart, by.value), [overview, weekStart, by.value]);
  const { high, low } = scale(shown);
  const last = shown.length - 1;
  const at = Math.min(chosen.value ?? last, last);
  const text = told(shown[at] as Bar, by.value);
  const point = (e: PointerEvent & { currentTarget: HTMLElement }) => {
    chosen.value = placeAt(e, shown.length);
  };
  return (
    <figure class="curve bars stack" aria-label="Words over time">
      <fieldset class="chips">
        <legend class="away">By</legend>
        {(Object.keys(NAMES) as By[]).map((value) => (
          <label key={value} class="chip">
            <input
              type="radio"
              name="bars-by"
              value={value}
              data-testid={T.barsBy}
              checked={by.value === value}
              onChange={() => {
                by.value = value;
                chosen.value = null;
              }}
            />
            <span>{NAMES[value].many}</span>
          </label>
        ))}
      </fieldset>
      <div>
        <div class="curve-box" onPointerMove={point} onPointerDown={point}>
          <Drawing bars={shown} high={high} low={low} at={at} />
          <span class="curve-tick num" style={{ top: 0 }} aria-hidden="true">
            {number(high)}
          </span>
          {low > 0 && (
            <span class="curve-tick num" style={{ bottom: 0 }} aria-hidden="true">
              {number(-low)}
            </span>
          )}
        </div>
        <input
          type="range"
          class="curve-range"
          min={0}
          max={last}
          value={at}
          data-testid={T.barsRange}
          data-first={shown[at]?.first}
          aria-label={NAMES[by.value].one}
          aria-valuetext={text}
          onInput={(e) => (chosen.value = Number(e.currentTarget.value))}
        />
        <p class="small" aria-hidden="true">
          {text}
        </p>
      </div>
      <BarsTable bars={shown} by={by.value} />
    </figure>
  );
}
