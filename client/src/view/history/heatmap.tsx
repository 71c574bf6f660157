// A year as a shore of days, drawn as SVG from ISO date strings; by keys from day to day, and the same as a table.
import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";

import type { HistoryDayJson } from "../../protocol";
import { dayName } from "../dates";
import { minutesOf, number, sessionsOf, words } from "../format";
import * as T from "../testids";
import { type Cell, calendar, led } from "./days";
import { daysInWords } from "./reasons";
import { SumsTable } from "./table";

const STEP = 12;
const SIZE = 10;
const TOP = 14;
/** Weeks of the first half: a year is drawn in two, which stand below each other on a phone. */
const HALF = 27;
const HELD: Readonly<Record<string, string>> = { grace: "held by grace", rest: "a day of rest", amnesty: "neutral for everybody" };

/** "Mon, Nov 23, 2026: 412 words, 20 minutes in 1 session" */
export function told(cell: Cell): string {
  const parts = cell.sessions ? [words(cell.words)] : ["nothing written"];
  if (cell.removed > 0) parts.push(`${number(cell.removed)} taken out`);
  if (cell.sessions) parts.push(`${minutesOf(cell.minutes)} in ${sessionsOf(cell.sessions)}`);
  const held = HELD[cell.status ?? ""];
  if (held) parts.push(held);
  return `${dayName(cell.day, "long")}: ${parts.join(", ")}`;
}

/** The month that begins in a week, named above it. Where a half ends there is no room: the next half names it. */
function monthAbove(weeks: readonly Cell[][], i: number): string | null {
  const begins = (week: readonly Cell[] | undefined): Cell | undefined => week?.find((cell) => cell.day.endsWith("-01"));
  const first = i === HALF - 1 ? undefined : (begins(weeks[i]) ?? (i === HALF ? begins(weeks[i - 1]) : undefined));
  return first ? dayName(first.day, "month") : null;
}

interface HalfProps {
  weeks: readonly Cell[][];
  /** From this week on, as many as a half has. */
  from: number;
  today: string | null;
  at: string;
  choose: (day: string) => void;
}

function Half({ weeks, from, today, at, choose }: HalfProps) {
  const half = weeks.slice(from, from + HALF);
  return (
    <svg viewBox={`0 0 ${HALF * STEP} ${TOP + 7 * STEP}`} role="presentation">
      {half.map((_, x) => (
        <text key={x} x={x * STEP} y={9} aria-hidden="true">
          {monthAbove(weeks, from + x)}
        </text>
      ))}
      {half.map((week, x) => (
        <g key={x} role="row">
          {week.map((cell) => (
            <g
              key={cell.day}
              role="gridcell"
              tabindex={cell.day === at ? 0 : -1}
              aria-label={told(cell)}
              data-testid={T.heatDay}
              data-day={cell.day}
              data-words={cell.words}
              data-bin={cell.bin}
              class={cell.day === today ? "today" : undefined}
              onClick={() => choose(cell.day)}
            >
              <rect x={x * STEP} y={TOP + cell.row * STEP} width={SIZE} height={SIZE} rx="2" data-bin={cell.bin}>
                <title>{told(cell)}</title>
              </rect>
              {cell.status === "grace" && <circle cx={x * STEP + SIZE / 2} cy={TOP + cell.row * STEP + SIZE / 2} r="1.6" />}
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}

interface HeatMapProps {
  days: readonly HistoryDayJson[];
  first: string;
  last: string;
  /** Marked, and where one begins; null: a year is looked back on, and one begins with its last day. */
  today: string | null;
  weekStart: number;
  /** What the grid is called. */
  name: string;
  /** Shows the sessions of a day; null: there is nowhere to show them. */
  open: ((day: string) => void) | null;
}

export function HeatMap({ days, first, last, today, weekStart, name, open }: HeatMapProps) {
  const weeks = useMemo(() => calendar(days, first, last, weekStart), [days, first, last, weekStart]);
  const chosen = useSignal(today ?? days.at(-1)?.day ?? first);
  const grid = useRef<HTMLDivElement>(null);
  const cells = weeks.flat();
  const cell = cells.find((each) => each.day === chosen.value) ?? (cells[cells.length - 1] as Cell);
  const written = cells.filter((each) => each.sessions > 0).reverse();

  const onKey = (e: KeyboardEvent) => {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    if (open && cell.sessions && (e.key === "Enter" || e.key === " ")) {
      e.preventDefault();
      open(cell.day);
      return;
    }
    const to = led(e.key, cell.day, first, last);
    if (to === null) return;
    e.preventDefault();
    chosen.value = to;
    grid.current?.querySelector<SVGElement>(`[data-day="${to}"]`)?.focus();
  };
  return (
    <figure class="stack" aria-label={name}>
      <div
        class="heat"
        ref={grid}
        role="grid"
        aria-label={`${name}: ${daysInWords(written.length)} with a session`}
        data-testid={T.heatmap}
        onKeyDown={onKey}
      >
        {[0, HALF].map((from) => (
          <Half key={from} weeks={weeks} from={from} today={today} at={cell.day} choose={(day) => (chosen.value = day)} />
        ))}
      </div>
      <div class="heat-foot">
        <p class="small" data-testid={T.heatText} data-day={cell.day} aria-hidden="true">
          {told(cell)}
        </p>
        {open && (
          <button
            type="button"
            class="button plain flush"
            data-testid={T.heatOpen}
            aria-disabled={cell.sessions === 0}
            onClick={() => cell.sessions && open(cell.day)}
          >
            Show its sessions
          </button>
        )}
        <p class="key quiet small">
          <span>
            fewer
            <svg viewBox={`0 0 ${5 * STEP} ${SIZE}`} aria-hidden="true">
              {[0, 1, 2, 3, 4].map((bin) => (
                <rect key={bin} x={bin * STEP} y="0" width={SIZE} height={SIZE} rx="2" data-bin={bin} />
              ))}
            </svg>
            more
          </span>
          {cells.some((each) => each.status === "grace") && <span>· a dot: held by grace</span>}
        </p>
      </div>
      <SumsTable
        of="Day"
        caption="Days with a session, newest first"
        rows={written.map((each) => ({ ...each, key: each.day, name: dayName(each.day, "long") }))}
      />
    </figure>
  );
}
