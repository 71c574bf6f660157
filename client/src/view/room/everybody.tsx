// Everybody in a big room, whose board shows only its top: a page at a time, or found by name. Words as of when it was asked.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { ListedWriterJson, WritersJson } from "../../protocol";
import { number, writersOf } from "../format";
import { toHeading } from "../router";
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

/** Never away from what somebody types in. */
function focusOn(element: HTMLElement | null | undefined): void {
  if (!document.activeElement?.matches("input, textarea")) toHeading(element ?? null);
}

function foundLine({ writers, after }: Found): string {
  if (writers.length === 0) return "Nobody here has that in their name.";
  return after === null ? writersOf(writers.length) : `The first ${writersOf(writers.length)}`;
}

export function Everybody({ load, me, remove }: EverybodyProps) {
  const name = useSignal("");
  const found = useSignal<Found | null>(null);
  /** Asks once more what was not answered. */
  const again = useSignal<(() => void) | null>(null);
  const section = useRef<HTMLElement>(null);
  const table = useRef<HTMLTableSectionElement>(null);
  const fresh = useRef(0);
  const wanted = name.value.trim();

  const ask = async (before: readonly ListedWriterJson[], after: number, current: () => boolean) => {
    again.value = null;
    try {
      const { writers, after: next } = await load(after, wanted);
      if (!current()) return;
      fresh.current = before.length;
      found.value = { writers: [...before, ...writers], after: next };
    } catch {
      if (current()) again.value = () => void ask(before, after, current);
    }
  };
  useEffect(() => focusOn(section.current), []); // the button that was pressed has made room for this
  useEffect(() => {
    if (fresh.current > 0) focusOn(table.current?.rows[fresh.current]?.querySelector("th"));
  }, [found.value]);
  useEffect(() => {
    let alive = true;
    const timer = window.setTimeout(ask, found.peek() === null ? 0 : TYPING_MS, [], -1, () => alive);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [wanted]);

  const goOn = (now: Found, after: number) => () => void ask(now.writers, after, () => found.value === now);
  const removeHere = remove && (async (row: Named) => {
    const isRemoved = await remove(row);
    const now = found.value;
    if (isRemoved && now !== null) {
      fresh.current = 0;
      found.value = { ...now, writers: now.writers.filter(({ slot }) => slot !== row.slot) };
    }
    return isRemoved;
  });
  const shown = found.value;
  return (
    <section class="stack" ref={section} data-testid={T.everybody} aria-label="Everybody in this room">
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
      <p role="status" class="quiet small">
        {shown && foundLine(shown)}
      </p>
      {shown === null && again.value === null && <Bones lines={5} label="The list is on its way" />}
      {shown !== null && shown.writers.length > 0 && (
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
          <tbody ref={table}>
            {shown.writers.map((row) => (
              <Row key={row.slot} row={row} me={me} remove={removeHere} />
            ))}
          </tbody>
        </table>
      )}
      {again.value !== null && (
        <p role="alert">
          The list did not come.{" "}
          <button type="button" class="button plain" onClick={again.value}>
            Try again
          </button>
        </p>
      )}
      {shown !== null && shown.after !== null && again.value === null && (
        <div>
          <button type="button" class="button" onClick={goOn(shown, shown.after)}>
            Show more
          </button>
        </div>
      )}
    </section>
  );
}
