// What comes into a history from elsewhere, and goes out of it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../../api_data";
import type { ImportJson } from "../../protocol";
import { Page } from "../house";
import { problemText } from "../name";
import { Nameless } from "../nameless";
import { Link } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { me } from "../who";
import { CalendarAddress } from "./calendar";
import { ImportFile } from "./importing";
import { Past } from "./past";

export function DataPage() {
  const who = me.value;
  return (
    <Page title="Import and export">
      <div class="stack">
        <h1>Import and export</h1>
        <p>Your history is yours: bring what you wrote elsewhere, and take all of it with you.</p>
        <p>
          <Link to="/history">Back to the history</Link>
        </p>
      </div>
      {who === null && <Nameless text="A history belongs to a name. Give one, and you can fill it." />}
      {who === undefined && <Bones lines={6} />}
      {who && <Data key={who.id} />}
    </Page>
  );
}

function Data() {
  const past = useSignal<readonly ImportJson[] | null>(null);
  const wrong = useSignal("");
  const load = () =>
    api.imports().then(
      (found) => (past.value = found.imports),
      (problem: unknown) => (wrong.value = problemText(problem)),
    );
  useEffect(() => void load(), []);
  return (
    <>
      <section class="stack" aria-labelledby="import-title">
        <h2 id="import-title">Import</h2>
        <ImportFile done={load} />
      </section>
      {wrong.value && <p class="wrong">{wrong}</p>}
      {past.value && past.value.length > 0 && (
        <section class="stack" aria-labelledby="past-title">
          <h2 id="past-title">What was imported</h2>
          <Past imports={past.value} changed={(imports) => (past.value = imports)} />
        </section>
      )}
      <section class="stack" aria-labelledby="export-title">
        <h2 id="export-title">Export</h2>
        <p>
          CSV has all your sessions, for a spreadsheet or to import again. JSON has everything: projects, goals, settings
          and rest, too.
        </p>
        <div class="row">
          <a class="button" href="/api/me/export.csv" download data-testid={T.exportCsv}>
            Export CSV
          </a>
          <a class="button" href="/api/me/export.json" download data-testid={T.exportJson}>
            Export JSON
          </a>
        </div>
      </section>
      <section class="stack" aria-labelledby="calendar-title">
        <h2 id="calendar-title">Calendar</h2>
        <CalendarAddress />
      </section>
    </>
  );
}
