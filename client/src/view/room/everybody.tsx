// Everybody in a big room, whose board shows only its top: a page at a time, or found by name. Words as of when it was asked.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { ListedWriterJson, WritersJson } from "../../protocol";
import { number } from "../format";
import { Bones } from "../shell";
import * as T from "../testids";
import type { Named, Remove } from "./board";
import { RemoveWriter } from "./later";

/** A page of those after a slot, whose names hold `name`. */
export type LoadWriters = (after: number, name: string) => Promise<WritersJson>;

const TYPING_MS = 300;

interface EverybodyProps {
  load: LoadWriters;
  me: number | null;
  remove: Remove;
}

interface Found {
  writers: readonly ListedWriterJson[];
  after: number | null;
}

function Row({ row, me, remove }: { row: ListedWriterJson } & Pick<EverybodyProps, "me" | "remove">) {
  const mine = row.slot === me;
  return (
    <tr class={mine ? "me" : undefined} data-testid={T.everybodyRow} data-slot={row.slot}>
      <th scope="row" class="name">
        <bdi>{row.name}</bdi> {mine && <span class="badge">you</span>} {row.host && <span class="badge">host</span>}
        {remove && !mine && <RemoveWriter.View row={row} remove={remove} />}
      </th>
      <td class="end num">{row.words === null ? <span class="quiet">–</span> : number(row.words)}</td>
    </tr>
  );
}

export function Everybody({ load, me, remove }: EverybodyProps) {
  const name = useSignal("");
  const found = useSignal<Found | null>(null);
  const failed = useSignal(false);
  const wanted = name.value.trim();

  const ask = async (before: readonly ListedWriterJson[], after: number, current: () => boolean) => {
    failed.value = false;
    try {
      const { writers, after: next } = await load(after, wanted);
      if (current()) found.value = { writers: [...before, ...writers], after: next };
    } catch {
      if (current()) failed.value = true;
    }
  };
  useEffect(() => {
    let alive = true;
    const timer = window.setTimeout(ask, found.peek() === null ? 0 : TYPING_MS, [], -1, () => alive);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [wanted]);

  const goOn = () => {
    const now = found.value;
    void ask(now?.writers ?? [], now?.after ?? -1, () => found.value === now);
  };
  const removeHere = remove && ((row: Named) => {
    remove(row);
    if (found.value !== null) found.value = { ...found.value, writers: found.value.writers.filter(({ slot }) => slot !== row.slot) };
  });
  return (
    <section class="stack" data-testid={T.everybody} aria-label="Everybody in this room">
      <div class="field">
        <label for="find-writer">Find a writer by name</label>
        <input
          id="find-writer"
          type="search"
          maxLength={40}
          value={name.value}
          data-testid={T.findWriter}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
      </div>
      {found.value === null && !failed.value && <Bones lines={5} label="The list is on its way" />}
      {found.value !== null && found.value.writers.length === 0 && <p class="quiet">Nobody here has that in their name.</p>}
      {found.value !== null && found.value.writers.length > 0 && (
        <table class="board">
          <caption class="away">Everybody in this room, in the order in which they came</caption>
          <thead>
            <tr>
              <th scope="col">Writer</th>
              <th scope="col" class="end">
                Words
              </th>
            </tr>
          </thead>
          <tbody>
            {found.value.writers.map((row) => (
              <Row key={row.slot} row={row} me={me} remove={removeHere} />
            ))}
          </tbody>
        </table>
      )}
      {failed.value && (
        <p role="alert">
          The list did not come.{" "}
          <button type="button" class="button plain" onClick={goOn}>
            Try again
          </button>
        </p>
      )}
      {found.value !== null && found.value.after !== null && (
        <div>
          <button type="button" class="button" onClick={goOn}>
            Show more
          </button>
        </div>
      )}
    </section>
  );
}
