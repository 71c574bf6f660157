// The tide: the room's total as a waterline behind everything, and each writer a mark on it.
import { memo } from "./memo";

export interface Ripple {
  id: number;
  slot: number;
}

interface TideProps {
  /** 0 low water to 1 high water. */
  level: number;
  slots: readonly number[];
  me: number | null;
  ripples?: readonly Ripple[];
  /** The last minute: the line swells. */
  swell?: boolean;
  still?: boolean;
  /** Where it stands: behind the room, under the results as their high-water mark, or at a page's foot. */
  as?: "behind" | "under" | "foot";
}

const MARKS = 80;
const WAVE = "M0 14C100 14 200 4 300 4S500 14 600 14S800 4 900 4S1100 14 1200 14S1400 4 1500 4S1700 14 1800 14S2000 4 2100 4S2300 14 2400 14";

/** Where a writer floats, in percent of the width: spread evenly by the golden ratio, and the same on every screen. */
export function place(slot: number): number {
  return 3 + 94 * ((slot * 0.618033988749895 + 0.31) % 1);
}

/** Rises fast at first and never overflows: half-way when everybody has written at about 15 words a minute. */
export function waterLevel(total: number, writers: number, minutes: number): number {
  const expected = Math.max(1, writers) * Math.max(1, minutes) * 15;
  return total <= 0 ? 0 : total / (total + expected);
}

const Waves = memo(() => (
  <svg class="tide-wave" viewBox="0 0 2400 18" preserveAspectRatio="none">
    <path class="tide-body" d={`${WAVE}V18H0Z`} />
    <path class="tide-line" d={WAVE} vector-effect="non-scaling-stroke" />
  </svg>
));

const Marks = memo(({ slots, me }: { slots: readonly number[]; me: number | null }) => (
  <>
    {slots.slice(0, MARKS).map((slot) => slot !== me && <i key={slot} class="tide-mark" style={{ left: `${place(slot)}%` }} />)}
    {me !== null && <i class="tide-mark me" style={{ left: `${place(me)}%` }} />}
  </>
));

export function Tide({ level, slots, me, ripples = [], swell = false, still = false, as = "behind" }: TideProps) {
  const name = `tide ${as}${swell ? " swell" : ""}${still ? " still" : ""}`;
  return (
    <div class={name} aria-hidden="true">
      <div class="tide-water" style={{ transform: `translateY(${(1 - Math.min(1, Math.max(0, level))) * 88}%)` }}>
        <Waves />
        <div class="tide-deep" />
        <Marks slots={slots} me={me} />
        {ripples.map((r) => (
          <i key={r.id} class="tide-ripple" style={{ left: `${place(r.slot)}%` }} />
        ))}
      </div>
    </div>
  );
}
