// The results of a round, as the server has them: words, words a minute, rank, total; asked for again whenever the room changes.
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import type { BoardRowJson, SprintWithBoardJson } from "../../protocol";
import { minutesOf, number, ordinal, people, rate, words } from "../format";
import { Bones } from "../shell";
import { T } from "../testids";
import { Tide } from "./tide";

export type LoadSprint = (id: number) => Promise<SprintWithBoardJson>;

const FIRST = 50;
const STEP = 100;
const RETRY_MS = 2_000;
/** Each join changes the room, and everybody in it asks anew: not all at the same moment, nor once for each of a crowd. */
const SPREAD_MS = 1_500;

/** The results of `sprint`, fetched anew for each `rev`. A late answer never replaces a newer one. */
function useResults(sprint: number | null, rev: number, load: LoadSprint): ReadonlySignal<SprintWithBoardJson | null> {
  const results = useSignal<SprintWithBoardJson | null>(null);
  useEffect(() => {
    if (sprint === null) return;
    let timer = 0;
    let alive = true;
    if (results.value?.id !== sprint) results.value = null;
    const ask = async (wait: number) => {
      try {
        const answer = await load(sprint);
        if (alive) results.value = answer;
      } catch {
        if (alive) timer = window.setTimeout(ask, wait, Math.min(10_000, wait * 2));
      }
    };
    if (results.value === null) void ask(RETRY_MS);
    else timer = window.setTimeout(ask, Math.random() * SPREAD_MS, RETRY_MS);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [sprint, rev, load]);
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
  round: number;
  /** What comes next: it stands above the table, which may be long. */
  children: ComponentChildren;
}

export function Results({ sprint, rev, load, slot, round, children }: ResultsProps) {
  const results = useResults(sprint, rev, load).value;
  const shown = useSignal(FIRST);
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
  const mine = board.findIndex((row) => row.slot === slot);
  const me = board[mine];
  const around = mine >= shown.value ? board.slice(Math.max(shown.value, mine - 2), mine + 3) : [];
  const left = board.length - shown.value;
  return (
    <section class="stack results" data-testid={T.results} aria-labelledby="results-title">
      <div>
        <h2 id="results-title">High water</h2>
        <p class="high-water" data-testid={T.total} data-words={results.words}>
          <strong class="num">{number(results.words)}</strong> <span>{results.words === 1 ? "word" : "words"} together</span>
        </p>
        <Tide level={1} slots={board.map((row) => row.slot)} me={me?.slot ?? null} as="under" still />
        <p class="quiet small">
          Round {number(round || results.round)} · {minutesOf(results.minutes)} · {people(results.writers)}
          {!results.final && " · late counts may still come in"}
        </p>
      </div>
      {me && (
        <p class="mine">
          You wrote <strong>{words(me.words)}</strong>
          {me.wpm !== null && `, ${rate(me.wpm)} a minute`}: {ordinal(me.rank)} of {number(board.length)}.
        </p>
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
