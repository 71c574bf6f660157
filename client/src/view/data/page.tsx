// What comes into a history from elsewhere, and goes out of it.
import * as api from "../../api_data";
import { Show, useFound } from "../found";
import { Page } from "../house";
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
  const past = useFound(api.imports, 0);
  return (
    <>
      <section class="stack" aria-labelledby="import-title">
        <h2 id="import-title">Import</h2>
        <ImportFile done={past.again} />
      </section>
      <Show found={past} lines={0} label="">
        {({ imports }) =>
          imports.length > 0 && (
            <section class="stack" aria-labelledby="past-title">
              <h2 id="past-title">What was imported</h2>
              <Past imports={imports} changed={past.put} />
            </section>
          )
        }
      </Show>
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
