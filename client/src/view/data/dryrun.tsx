// The dry run: what an import would do, what has to be asked first, and what is odd in the file.
import { useEffect, useRef } from "preact/hooks";

import type { Reading } from "../../api_data";
import type { ImportPreviewJson } from "../../protocol";
import { dayName } from "../dates";
import { number, onDays, sessionsOf } from "../format";
import { toHeading } from "../router";
import * as T from "../testids";
import { Odd, Sample } from "./rows";

const KINDS: Record<ImportPreviewJson["kind"], string> = {
  trackbear: "TrackBear’s export",
  wordtide: "An export of Wordtide’s",
  nanowrimo: "NaNoWriMo’s table",
  csv: "A table of days",
};

interface DryRunProps {
  preview: ImportPreviewJson;
  name: string;
  reading: Reading;
  look: (reading: Reading) => void;
  run: (sessions: number) => void;
  again: () => void;
}

export function DryRun({ preview, name, reading, look, run, again }: DryRunProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => toHeading(heading.current), []);
  const asked = preview.asks !== null;
  return (
    <div class="stack wide" data-testid={T.importPreview} data-sessions={preview.sessions} data-already={preview.already}>
      <div class="stack">
        <h3 ref={heading}>{asked ? "One question first" : "What would be imported"}</h3>
        <p class="quiet">
          {KINDS[preview.kind]}: <bdi>{name}</bdi>
        </p>
        {asked ? null : <Figures preview={preview} />}
      </div>
      {(asked || reading.dates) && <Dates example={preview.asks} reading={reading} look={look} />}
      {!asked && preview.can_choose_counts && <Counts preview={preview} reading={reading} look={look} />}
      {!asked && <Projects preview={preview} reading={reading} look={look} />}
      <Odd odd={preview.odd} />
      <Sample rows={preview.sample} all={preview.sessions} />
      <div class="row">
        {preview.sessions > 0 && (
          <button type="button" class="button first" data-testid={T.importRun} onClick={() => run(preview.sessions)}>
            Import {sessionsOf(preview.sessions)}
          </button>
        )}
        <button type="button" class="button" onClick={again}>
          Choose another file
        </button>
      </div>
    </div>
  );
}

function Figures({ preview }: { preview: ImportPreviewJson }) {
  const p = preview;
  if (!p.sessions) {
    return <p>{p.already ? `All ${sessionsOf(p.already)} in it are here already.` : "There is no day in it that can be taken."}</p>;
  }
  return (
    <>
      <dl class="figures">
        <div>
          <dt>Sessions</dt>
          <dd>
            {number(p.sessions)}
            <small>{p.already ? `${number(p.already)} are here already` : onDays(p.days)}</small>
          </dd>
        </div>
        <div>
          <dt>Words</dt>
          <dd>
            {number(p.words_added)}
            {p.words_removed > 0 && <small>{number(p.words_removed)} taken away</small>}
          </dd>
        </div>
        {p.minutes > 0 && (
          <div>
            <dt>Minutes</dt>
            <dd>{number(p.minutes)}</dd>
          </div>
        )}
      </dl>
      <p>
        {p.first_day === p.last_day
          ? dayName(p.first_day!, "long")
          : `From ${dayName(p.first_day!, "long")} to ${dayName(p.last_day!, "long")}.`}
      </p>
      {p.years.length > 1 && (
        <table>
          <caption class="away">By year</caption>
          <thead>
            <tr>
              <th scope="col">Year</th>
              <th scope="col" class="end">
                Sessions
              </th>
              <th scope="col" class="end">
                Words
              </th>
            </tr>
          </thead>
          <tbody>
            {p.years.map((year) => (
              <tr key={year.year}>
                <th scope="row">{year.year}</th>
                <td class="end num">{number(year.sessions)}</td>
                <td class="end num">{number(year.words)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

interface ChoiceProps<V extends string> {
  legend: string;
  name: string;
  testid: string;
  now: V | undefined;
  choices: readonly [V, string][];
  choose: (value: V) => void;
}

function Choice<V extends string>({ legend, name, testid, now, choices, choose }: ChoiceProps<V>) {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="chips">
        {choices.map(([value, text]) => (
          <label key={value} class="chip">
            <input type="radio" name={name} value={value} checked={now === value} data-testid={testid} onChange={() => choose(value)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface AskProps {
  reading: Reading;
  look: (reading: Reading) => void;
}

function Dates({ example, reading, look }: AskProps & { example: string | null }) {
  return (
    <Choice
      legend={example ? `The dates in it could be read in two ways. What comes first in ${example}?` : "What comes first in its dates?"}
      name="dates"
      testid={T.importDates}
      now={reading.dates}
      choices={[
        ["dmy", "The day"],
        ["mdy", "The month"],
      ]}
      choose={(dates) => look({ ...reading, dates })}
    />
  );
}

function Counts({ preview, reading, look }: AskProps & { preview: ImportPreviewJson }) {
  const totals = preview.counts === "totals";
  const why = reading.counts ? "" : totals ? " They never fall, so they were taken for running totals." : "";
  return (
    <Choice
      legend={`What each count says.${why}`}
      name="counts"
      testid={T.importCounts}
      now={preview.counts}
      choices={[
        ["daily", "What was written then"],
        ["totals", "The total so far"],
      ]}
      choose={(counts) => look({ ...reading, counts })}
    />
  );
}

function Projects({ preview, reading, look }: AskProps & { preview: ImportPreviewJson }) {
  const without = preview.sessions - preview.projects.reduce((sum, each) => sum + each.sessions, 0);
  return (
    <div class="stack">
      {preview.projects.length > 0 && (
        <ul class="noted" aria-label="Projects">
          {preview.projects.map((each) => (
            <li key={`${each.unit} ${each.title}`}>
              <strong>
                <bdi>{each.title}</bdi>
              </strong>{" "}
              <span class="badge">{each.new ? "a new project" : "one of your projects"}</span>
              <span class="quiet small block">{sessionsOf(each.sessions)}</span>
            </li>
          ))}
        </ul>
      )}
      {(without > 0 || reading.project) && preview.kind !== "trackbear" && (
        <div class="field">
          <label for="import-project">A project for what names none (optional)</label>
          <input
            id="import-project"
            maxLength={72}
            autoComplete="off"
            defaultValue={reading.project ?? ""}
            data-testid={T.importProject}
            onChange={(e) => look({ ...reading, project: e.currentTarget.value.trim() })}
          />
        </div>
      )}
    </div>
  );
}

