// The board: a table of who has how many words, the top and the writer's own neighbours, everybody on demand.
import { useSignal } from "@preact/signals";

import { Phase, Role } from "../../protocol";
import type { Board as BoardState, Outcome, Ranked, RoomStore } from "../../store";
import { number, writersOf } from "../format";
import * as T from "../testids";
import type { LoadWriters } from "./everybody";
import { Everybody, RemoveWriter } from "./later";

const STEP = 100;

export type Named = Pick<Ranked, "slot" | "name">;
/** Answers whether they are removed. Null while nobody is to be. */
export type Remove = ((row: Named) => Promise<boolean>) | null;

function Badges({ row, plain }: { row: Ranked; plain: boolean }) {
  return (
    <>
      {row.me && <span class="badge">you</span>} {row.host && <span class="badge">host</span>}{" "}
      {row.late && !plain && <span class="badge">late</span>} {row.away && <span class="badge">away</span>}{" "}
      {row.in && !plain && <span class="badge">in</span>}
    </>
  );
}

interface RowProps {
  row: Ranked;
  most: number;
  plain: boolean;
  remove: Remove;
}

function Row({ row, most, plain, remove }: RowProps) {
  const part = row.words > 0 && most > 0 ? row.words / most : 0;
  return (
    <tr
      class={row.me ? "me" : undefined}
      data-testid={T.boardRow}
      data-slot={row.slot}
      data-words={row.words}
      data-rank={row.rank}
      data-me={row.me ? "true" : undefined}
    >
      {!plain && (
        <td class="rank num">
          {row.about && (
            <>
              <span class="away">about </span>
              <span aria-hidden="true">~</span>
            </>
          )}
          {row.counted ? number(row.rank) : ""}
        </td>
      )}
      <th scope="row" class="name">
        <bdi>{row.name || "…"}</bdi> <Badges row={row} plain={plain} />
        {!plain && (
          <span class="reach" aria-hidden="true">
            <span style={{ transform: `scaleX(${part})` }} />
          </span>
        )}
        {remove && !row.me && <RemoveWriter.View row={row} remove={remove} />}
      </th>
      {!plain && <td class="end num">{row.counted ? number(row.words) : <span class="quiet">–</span>}</td>}
    </tr>
  );
}

interface TableProps {
  rows: readonly Ranked[];
  gapAt: number;
  plain: boolean;
  remove: Remove;
}

function Table({ rows, gapAt, plain, remove }: TableProps) {
  const most = rows[0]?.words ?? 0;
  return (
    <table class="board" data-testid={T.board}>
      <caption class="away">{plain ? "Who is here" : "Words of each writer in this round"}</caption>
      <thead class={plain ? "away" : undefined}>
        <tr>
          {!plain && (
            <th scope="col">
              <span class="away">Rank</span>
            </th>
          )}
          <th scope="col">Writer</th>
          {!plain && (
            <th scope="col" class="end">
              Words
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, gapAt).map((row) => (
          <Row key={row.slot} row={row} most={most} plain={plain} remove={remove} />
        ))}
        {rows.length > gapAt && (
          <tr key="gap" class="gap" aria-hidden="true">
            <td colSpan={3}>⋯</td>
          </tr>
        )}
        {rows.slice(gapAt).map((row) => (
          <Row key={row.slot} row={row} most={most} plain={plain} remove={remove} />
        ))}
      </tbody>
    </table>
  );
}

export function boardLine(board: BoardState, plain: boolean): string {
  if (plain) return `${number(board.n)} here`;
  const { me } = board;
  const mine = me?.counted ? `${me.about ? "about " : ""}${number(me.rank)} of ${number(board.n)} · ` : "";
  return `${mine}${number(board.total)} together`;
}

interface BoardProps {
  store: RoomStore;
  load: LoadWriters;
  tell: (outcome: Outcome) => void;
}

export function Board({ store, load, tell }: BoardProps) {
  const all = useSignal(0);
  const tending = useSignal(false);
  const phase = store.phase.value;
  const plain = phase !== Phase.WRITING && phase !== Phase.REPORTING;
  const board = store.board.value;
  const host = store.role.value === Role.HOST;

  const everybody = board.big && all.value > 0;
  const full = all.value > 0 && !board.big ? store.fullBoard() : null;
  const rows = full ? full.slice(0, all.value) : [...board.top, ...board.around];
  const hidden = board.n - board.top.length - board.around.length;
  const removed = async ({ slot }: Named) => {
    const outcome = await store.remove(slot);
    tell(outcome);
    return outcome.ok;
  };
  const remove = tending.value && host ? removed : null;

  return (
    <>
      {!plain && (
        <p class="total" data-testid={T.total} data-words={board.total}>
          <strong class="num">{number(board.total)}</strong> words together
        </p>
      )}
      <p class="quiet small">
        {writersOf(board.n)}
        {board.big && !everybody && `, the first ${number(board.top.length)} of them here`}
      </p>
      {board.n === 0 ? (
        <p class="quiet">Nobody is on the board yet.</p>
      ) : (
        <Table rows={rows} gapAt={full || !board.around.length ? rows.length : board.top.length} plain={plain} remove={remove} />
      )}
      {everybody && <Everybody.View load={load} me={store.slot.value} remove={remove} />}
      <div class="row">
        {full === null && !everybody && hidden > 0 && (
          <button type="button" class="button" data-testid={T.boardAll} onClick={() => (all.value = STEP)}>
            Show all {number(board.n)}
          </button>
        )}
        {full && full.length > all.value && (
          <button type="button" class="button" onClick={() => (all.value += STEP)}>
            Show {number(Math.min(STEP, full.length - all.value))} more
          </button>
        )}
        {(full || everybody) && (
          <button type="button" class="button plain" onClick={() => (all.value = 0)}>
            Show fewer
          </button>
        )}
        {host && board.n > 1 && (
          <button
            type="button"
            class="button plain"
            aria-pressed={tending.value}
            data-testid={T.tend}
            onClick={() => (tending.value = !tending.value)}
          >
            {tending.value ? "Done" : "Remove a writer"}
          </button>
        )}
      </div>
    </>
  );
}
