// Rest booked ahead: what is booked, a form for more, and cancelling with a way back.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import * as api from "../../api_rests";
import type { RestJson, RestsJson } from "../../protocol";
import { sentence } from "../../refusal";
import { announce } from "../announce";
import { useTurning } from "../closing";
import { addDays, daysBetween, daysName } from "../dates";
import { number } from "../format";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import * as T from "../testids";

const CALLED: Readonly<Record<string, string>> = { first: "The first day", last: "The last day" };

type Wrong = [field: string, text: string];

function wrongOf(problem: unknown): Wrong {
  const field = problem instanceof ApiProblem && problem.field in CALLED ? problem.field : "";
  return [field, field ? sentence(CALLED[field]!, (problem as ApiProblem).rule, "") : problemText(problem)];
}

function stretch({ first, last }: { first: string; last: string }): string {
  const n = daysBetween(first, last) + 1;
  return `${daysName(first, last)}${n === 1 ? "" : `, ${number(n)} days`}`;
}

interface FieldProps {
  id: "first" | "last";
  label: string;
  least: string;
  wrong: string;
  testid: string;
}

function DayField({ id, label, least, wrong, testid }: FieldProps) {
  return (
    <div class="field">
      <label for={`rest-${id}`}>{label}</label>
      <input
        id={`rest-${id}`}
        name={id}
        type="date"
        min={least}
        required
        data-testid={testid}
        aria-invalid={wrong ? "true" : undefined}
        aria-describedby={wrong ? `rest-${id}-wrong` : undefined}
      />
      <Refusal id={`rest-${id}-wrong`} text={wrong} />
    </div>
  );
}

/** The first field that cannot be taken, before the server is asked. */
function refused(first: string, last: string): Wrong | null {
  if (!first) return ["first", "Choose the first day of rest."];
  if (!last) return ["last", "Choose the last day of rest; it may be the first one, too."];
  return null;
}

export function Rests() {
  const found = useSignal<RestsJson | null>(null);
  const wrong = useSignal<Wrong | null>(null);
  const undo = useSignal<{ said: string; again: [first: string, last: string] | null } | null>(null);
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const list = useRef<HTMLDivElement>(null);

  /** Whether it went well; what is wrong is shown. */
  const tried = async (work: () => Promise<void>): Promise<boolean> => {
    if (busy.value) return false;
    busy.value = true;
    wrong.value = null;
    try {
      await work();
      return true;
    } catch (problem) {
      wrong.value = wrongOf(problem);
      return false;
    } finally {
      busy.value = false;
    }
  };
  const load = async () => {
    found.value = await api.rests();
  };
  useEffect(() => {
    tried(load);
  }, []);
  useTurning(found.value ?? undefined, () => void tried(load));

  const book = async (first: string, last: string) => {
    const booked = await api.bookRest(first, last);
    await load();
    announce(`Rest is booked: ${stretch(booked)}.`);
  };
  const submit = async (e: Event) => {
    e.preventDefault();
    const data = new FormData(form.current!);
    const [first, last] = ["first", "last"].map((name) => String(data.get(name) ?? ""));
    const missing = refused(first!, last!);
    undo.value = null;
    if (missing) wrong.value = missing;
    else if (await tried(() => book(first!, last!))) return form.current!.reset();
    const field = form.current!.elements.namedItem(wrong.value?.[0] ?? "");
    if (field instanceof HTMLElement) field.focus();
  };
  const cancel = async (rest: RestJson, today: string) => {
    const left = rest.state === "running";
    await tried(async () => {
      found.value = await api.cancelRest(rest.id);
      const again: [string, string] | null = left ? (rest.last > today ? [addDays(today, 1), rest.last] : null) : [rest.first, rest.last];
      undo.value = { said: left ? "That rest ends with today." : `Cancelled: ${stretch(rest)}.`, again };
      announce(undo.value.said);
      list.current?.focus(); // the button is gone
    });
  };
  const back = async ([first, last]: [string, string]) => {
    if (await tried(() => book(first, last))) {
      undo.value = null;
      list.current?.focus();
    }
  };

  const at = (field: string) => (wrong.value?.[0] === field ? wrong.value[1] : "");
  const shown = found.value?.rests.filter((each) => each.state !== "over") ?? [];
  const tomorrow = found.value ? addDays(found.value.today, 1) : "";
  return (
    <section class="stack" aria-labelledby="rests-title">
      <h2 id="rests-title">Rest booked ahead</h2>
      <p class="hint">Up to 60 days, booked before they begin. Nothing is asked on them, and what you write still adds a day.</p>
      <div ref={list} tabIndex={-1} class="stack" role="group" aria-label="Booked rest">
        {shown.length > 0 && (
          <ul class="rooms">
            {shown.map((rest) => (
              <li key={rest.id} class="room-row" data-testid={T.restRow} data-first={rest.first} data-last={rest.last} data-state={rest.state}>
                <span>
                  {stretch(rest)}
                  {rest.state === "running" && <span class="quiet small block">Runs now</span>}
                </span>
                {!(rest.state === "running" && rest.last === found.value?.today) && (
                  <button type="button" class="button" onClick={() => cancel(rest, found.value!.today)} data-testid={T.restCancel}>
                    {rest.state === "running" ? "End with today" : "Cancel"}
                    <span class="away"> the rest {stretch(rest)}</span>
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
        {undo.value && (
          <p class="row">
            <span>{undo.value.said}</span>
            {undo.value.again && (
              <button type="button" class="button" onClick={() => back(undo.value!.again!)} data-testid={T.restUndo}>
                Undo
              </button>
            )}
          </p>
        )}
      </div>
      <form ref={form} class="stack" onSubmit={submit} noValidate>
        <div class="dates">
          <DayField id="first" label="First day" least={tomorrow} wrong={at("first")} testid={T.restFirst} />
          <DayField id="last" label="Last day" least={tomorrow} wrong={at("last")} testid={T.restLast} />
        </div>
        <Refusal text={at("")} />
        <div>
          <button type="submit" class="button" data-testid={T.restBook} aria-disabled={busy.value}>
            Book rest
          </button>
        </div>
      </form>
    </section>
  );
}
