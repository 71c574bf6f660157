// An import, step by step: a file or a pasted table, what it would do, what has to be asked, and then the import itself.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../../api_data";
import type { ImportJson, ImportPreviewJson, ImportProgressJson } from "../../protocol";
import { randomKey } from "../../random";
import { announce } from "../announce";
import { number, sessionsOf, words } from "../format";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Link, toHeading } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { Choose } from "./choose";
import { DryRun } from "./dryrun";

export interface Chosen {
  file: Blob;
  name: string;
}

type Step =
  | { at: "choosing" }
  | { at: "reading" }
  | { at: "looking"; preview: ImportPreviewJson }
  | { at: "importing"; progress: ImportProgressJson | null }
  | { at: "done"; result: ImportJson | null };

export function ImportFile({ done }: { done: () => void }) {
  const step = useSignal<Step>({ at: "choosing" });
  const chosen = useSignal<Chosen | null>(null);
  const reading = useSignal<api.Reading>({});
  const wrong = useSignal("");
  const stop = useRef<AbortController | null>(null);
  const id = useRef("");
  useEffect(() => () => stop.current?.abort(), []);

  const begin = () => {
    stop.current?.abort();
    wrong.value = "";
    return (stop.current = new AbortController()).signal;
  };
  const look = async (next: api.Reading) => {
    const signal = begin();
    reading.value = next;
    if (step.value.at !== "looking") step.value = { at: "reading" };
    try {
      const preview = await api.previewImport(chosen.value!.file, next, signal);
      if (signal.aborted) return;
      step.value = { at: "looking", preview };
      if (preview.asks === null) announce(`${sessionsOf(preview.sessions)} would be imported.`);
    } catch (problem) {
      if (signal.aborted) return;
      wrong.value = problemText(problem);
      step.value = { at: "choosing" };
    }
  };
  const choose = (next: Chosen) => {
    chosen.value = next;
    id.current = randomKey();
    void look({});
  };
  const run = async (of: number) => {
    const signal = begin();
    const before = step.value;
    step.value = { at: "importing", progress: null };
    announce(`Importing ${sessionsOf(of)}.`);
    try {
      const said = { ...reading.value, id: id.current, name: chosen.value!.name };
      const result = await api.runImport(chosen.value!.file, said, signal, (progress) => {
        step.value = { at: "importing", progress };
      });
      step.value = { at: "done", result };
      done();
    } catch (problem) {
      if (step.value.at !== "importing") return;
      // It may have been stopped in the moment in which the last of it was stored.
      wrong.value = signal.aborted ? "Stopped. Unless it stands below, nothing was imported." : problemText(problem);
      if (signal.aborted) done();
      step.value = before;
    }
  };
  const again = () => {
    begin();
    step.value = { at: "choosing" };
    toHeading(document.getElementById("import-title"));
  };

  const now = step.value;
  return (
    <>
      <Refusal text={wrong.value} />
      {now.at === "choosing" && <Choose choose={choose} />}
      {now.at === "reading" && <Bones lines={4} label="Reading the file" />}
      {now.at === "looking" && (
        <DryRun preview={now.preview} name={chosen.value!.name} reading={reading.value} look={look} run={run} again={again} />
      )}
      {now.at === "importing" && <Going progress={now.progress} stop={() => stop.current?.abort()} />}
      {now.at === "done" && <Done result={now.result} again={again} />}
    </>
  );
}

const QUARTERS = 4;

function Going({ progress, stop }: { progress: ImportProgressJson | null; stop: () => void }) {
  const { done, of } = progress ?? { done: 0, of: 0 };
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => toHeading(said.current), []); // the button that began it is gone
  const quarter = of ? Math.floor((QUARTERS * done) / of) : 0;
  useEffect(() => {
    if (quarter > 0 && quarter < QUARTERS) announce(`${number(done)} of ${number(of)}`);
  }, [quarter]);
  return (
    <div class="stack">
      <p id="going" ref={said}>Importing. Nothing of it is in your history before all of it is there.</p>
      <progress max={of || 1} value={done} aria-labelledby="going" />
      <p class="num quiet">
        {number(done)} of {sessionsOf(of)}
      </p>
      <div>
        <button type="button" class="button" data-testid={T.importStop} onClick={stop}>
          Stop
        </button>
      </div>
    </div>
  );
}

function Done({ result, again }: { result: ImportJson | null; again: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => toHeading(heading.current), []);
  return (
    <div class="stack" data-testid={T.importDone} data-sessions={result?.sessions ?? 0}>
      <h3 ref={heading}>{result ? `${sessionsOf(result.sessions)} imported` : "All of it is here already"}</h3>
      {result ? (
        <p>
          {result.words > 0 && `${words(result.words)} more in your totals. `}The streak stays as it is: it counts what is
          written here.
        </p>
      ) : (
        <p>Nothing was added.</p>
      )}
      <div class="row">
        <Link to="/history" class="button first">
          See the history
        </Link>
        <button type="button" class="button" onClick={again}>
          Import another file
        </button>
      </div>
    </div>
  );
}
