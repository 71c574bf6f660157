// The results of a round, as the server has them: words, words a minute, rank, total; asked for again whenever the room changes.
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { BoardRowJson, SprintWithBoardJson } from "../../protocol";
import { minutesOf, number, ordinal, rate, words, writersOf } from "../format";
import { Link } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { me as who } from "../who";
import { Beaten } from "./later";
import { Tide } from "./tide";

/** A sprint with the first so many of its board, and with my own place and its neighbours. */
export type LoadSprint = (id: number, first: number) => Promise<SprintWithBoardJson>;

const FIRST = 50;
const STEP = 100;
const RETRY_MS = 2_000;
/**
 * Each join changes the room, and everybody in it asks anew: not all at the same moment, nor once for each of a crowd. Of
 * many the server answers about one a millisecond.
 */
const spread = (writers: number): number => Math.max(1_500, 2 * writers);
const MANY = 1_000;

type Asked = Pick<ResultsProps, "sprint" | "rev" | "load" | "writers"> & { first: number };

/** The results of `sprint`, fetched anew for each `rev`, and when more are wanted. A late answer never replaces a newer one. */
function useResults({ sprint, rev, load, writers, first }: Asked): ReadonlySignal<SprintWithBoardJson | null> {
  const results = useSignal<SprintWithBoardJson | null>(null);
  const has = useRef(0); // so many of the board are here
  useEffect(() => {
    if (sprint === null) return;
    let timer = 0;
    let alive = true;
    if (results.value?.id !== sprint) results.value = null;
    const isFirst = results.value === null;
    const ask = async (wait: number) => {
      try {
        const answer = await load(sprint, first);
        if (!alive) return;
        has.current = first;
        results.value = answer;
      } catch {
        if (alive) timer = window.setTimeout(ask, wait, Math.min(10_000, wait * 2));
      }
    };
    let within = spread(writers);
    if (isFirst) within = writers < MANY ? 0 : writers; // the bell rings for all of them at once
    else if (has.current < first) within = 0; // somebody waits for more
    timer = window.setTimeout(ask, Math.random() * within, RETRY_MS);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [sprint, rev, load, first]);
  return results;
}

function Row({ row, me }: { row: BoardRowJson; me: boolean }) {
  return (
    <tr
      class={me ? "me" : undefined}
      data-testid={T.resultsRow}
      data-slot={row.slot}
      data-words={row.words}
      data-rank={row.rank}
      data-late={row.late ? "true" : undefined}
    >
      <td class="rank num">{number(row.rank)}</td>
      <th scope="row" class="name">
        <bdi>{row.name}</bdi> {me && <span class="badge">you</span>} {row.late && <span class="badge">late</span>}{" "}
        {row.joined_late && <span class="badge">joined late</span>}{" "}
        {row.how !== "typed" && <span class="badge">{row.how}</span>}
      </th>
      <td class="end num">{number(row.words)}</td>
      <td class="end num wpm">{row.wpm === null ? <span class="quiet">–</span> : rate(row.wpm)}</td>
    </tr>
  );
}

interface ResultsProps {
  sprint: number | null;
  rev: number;
  load: LoadSprint;
  slot: number | null;
  /** In the room. */
  writers: number;
  round: number;
  /** What comes next: it stands above the table, which may be long. */
  children: ComponentChildren;
}

export function Results({ sprint, rev, load, slot, writers, round, children }: ResultsProps) {
  const shown = useSignal(FIRST);
  const results = useResults({ sprint, rev, load, writers, first: shown.value }).value;
  if (!results) {
    return (
      <section class="stack" data-testid={T.results} aria-busy="true">
        <h2>Counting</h2>
        <Bones lines={5} label="The results are on their way" />
        {children}
      </section>
    );
  }
  const board = results.board;
  const me = board.find((row) => row.slot === slot);
  const around = board.slice(shown.value); // me and two neighbours each side, as far as they are not among the first
  const left = results.writers - shown.value;
  return (
    <section class="stack results" data-testid={T.results} aria-labelledby="results-title">
      <div>
        <h2 id="results-title">High water</h2>
        <p class="high-water" data-testid={T.total} data-words={results.words}>
          <strong class="num">{number(results.words)}</strong> <span>{results.words === 1 ? "word" : "words"} together</span>
        </p>
        <Tide level={1} slots={board.map((row) => row.slot)} me={me?.slot ?? null} as="under" still />
        <p class="quiet small">
          Round {number(round || results.round)} · {minutesOf(results.minutes)} · {writersOf(results.writers)}
          {!results.final && " · late counts may still come in"}
        </p>
      </div>
      {me && (
        <div>
          <p class="mine">
            You wrote <strong>{words(me.words)}</strong>
            {me.wpm !== null && `, ${rate(me.wpm)} a minute`}: {ordinal(me.rank)} of {number(results.writers)}.
          </p>
          <Beaten.View sprint={results.id} writers={results.writers} />
          <Link to="/history" class="button plain flush">
            {who.value?.streak_hidden ? "Your history" : "Your history and streak"}
          </Link>
        </div>
      )}
      {children}
      {board.length === 0 ? (
        <p>Nobody counted words in this round.</p>
      ) : (
        <table class="board">
          <caption class="away">Results of this round</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="away">Rank</span>
              </th>
              <th scope="col">Writer</th>
              <th scope="col" class="end">
                Words
              </th>
              <th scope="col" class="end">
                <abbr title="Words a minute, over the writer’s own time">WPM</abbr>
              </th>
            </tr>
          </thead>
          <tbody>
            {board.slice(0, shown.value).map((row) => (
              <Row key={row.slot} row={row} me={row.slot === slot} />
            ))}
            {around.length > 0 && (
              <tr key="gap" class="gap" aria-hidden="true">
                <td colSpan={4}>⋯</td>
              </tr>
            )}
            {around.map((row) => (
              <Row key={row.slot} row={row} me={row.slot === slot} />
            ))}
          </tbody>
        </table>
      )}
      {left > 0 && (
        <div>
          <button type="button" class="button" onClick={() => (shown.value += STEP)}>
            Show {number(Math.min(STEP, left))} more
          </button>
        </div>
      )}
    </section>
  );
}
