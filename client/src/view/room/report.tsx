// The number of someone who writes elsewhere, and the question when it looks like another number than was meant.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { RoomStore } from "../../store";
import { announce } from "../announce";
import { number, words } from "../format";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { type Asked, asked, type Doubt, doubtOfNew, doubtOfTotal } from "./doubts";
import { readCount } from "./numbers";
import type { Way } from "./parts";

const NOT_WHOLE = "A whole number, such as 50,230.";

interface Question extends Asked {
  accept: () => void;
  insist: () => void;
}

function DidYouMean({ doubt, close }: { doubt: Question; close: () => void }) {
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => yes.current?.focus(), []);
  const pick = (act: () => void) => () => {
    close();
    act();
  };
  return (
    <div class="doubt stack" role="group" aria-label="Did you mean" data-testid={T.didYouMean}>
      <p>{doubt.text}</p>
      <div class="row">
        <button type="button" class="button first" ref={yes} onClick={pick(doubt.accept)}>
          {doubt.yes}
        </button>
        <button type="button" class="button" onClick={pick(doubt.insist)}>
          {doubt.no}
        </button>
      </div>
    </div>
  );
}

interface NumberFieldProps {
  id: string;
  label: string;
  testid: string;
  field: { current: HTMLInputElement | null };
  wrong: boolean;
  value?: string;
  onChange?: (text: string) => void;
}

function NumberField({ id, label, testid, field, wrong, value, onChange }: NumberFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={field}
        data-testid={testid}
        inputMode="numeric"
        autoComplete="off"
        enterKeyHint="done"
        defaultValue={value ?? ""}
        aria-invalid={wrong ? "true" : undefined}
        aria-describedby={wrong ? "report-wrong" : undefined}
        onChange={onChange && ((e) => onChange(e.currentTarget.value))}
      />
    </div>
  );
}

interface ReportProps {
  store: RoomStore;
  way: Signal<Way>;
  /** Takes what stands in the fields and is not taken yet, then calls on. */
  settle?: { current: ((then: () => void) => void) | null };
}

/** What stood in a field and was not set when a phase took the field away: the next one of that sprint begins with it. */
let unsent: { store: RoomStore; sprint: number | null | undefined; way: Way; text: string } | null = null;

/** The number of someone who writes elsewhere. Enter or the button takes it; it shows at once what it came to. */
export function ReportForm({ store, way, settle }: ReportProps) {
  const report = useRef<HTMLInputElement>(null);
  const start = useRef<HTMLInputElement>(null);
  const wrong = useSignal<"" | "start" | "report">("");
  const doubt = useSignal<Question | null>(null);
  const own = store.own.value;
  const total = way.value === "total";

  useEffect(() => {
    const el = report.current!;
    const here = { store, sprint: store.timeline.peek()?.sprint, way: way.value };
    if (unsent?.store === store && unsent.sprint === here.sprint && unsent.way === here.way) el.value = unsent.text;
    unsent = null;
    return () => {
      if (el.value !== el.defaultValue) unsent = { ...here, text: el.value };
    };
  }, [way.value]);

  // Undo, or another device, may move the starting total: the field follows unless somebody is in it.
  useEffect(() => {
    const el = start.current;
    if (el && el !== document.activeElement) el.value = own.startTotal ? String(own.startTotal) : "";
  }, [own.startTotal]);

  // New words that were a total after all: the number comes along, and what stood before is asked for.
  const carried = useRef("");
  useEffect(() => {
    if (!carried.current || !report.current) return;
    report.current.value = carried.current;
    carried.current = "";
    start.current?.focus();
  }, [way.value]);

  const took = () => {
    const now = store.own.value.words;
    announce(`${words(now)} in this round.`);
    if (report.current) {
      if (!total) report.current.value = "";
      report.current.defaultValue = report.current.value; // it is taken
      report.current.focus();
    }
  };
  const takeTotal = (n: number) => {
    store.reportTotal(n);
    took();
  };
  const takeNew = (n: number) => {
    store.reportNew(n);
    took();
  };
  const askBefore = (n: number) => {
    carried.current = total ? "" : String(n);
    way.value = "total";
    start.current?.focus();
  };
  const readStart = (): boolean => {
    if (!total) return true;
    const n = readCount(start.current?.value.trim() || "0");
    if (n === null || n < 0) {
      wrong.value = "start";
      return false;
    }
    if (n !== store.own.value.startTotal) store.setStartTotal(n);
    return true;
  };

  const question = (kind: Doubt, n: number, then: () => void): Question => {
    const and = (act: () => void) => () => {
      act();
      then();
    };
    const accept: Record<Doubt, () => void> = {
      new: and(() => takeNew(n)),
      total: and(() => takeTotal(n)),
      before: () => askBefore(n),
      number: () => report.current?.focus(),
    };
    const insist = and(() => (total ? takeTotal(Math.max(0, n)) : takeNew(n)));
    return { ...asked(kind, n, total, store.own.value), accept: accept[kind], insist };
  };

  const submit = (then: () => void = () => {}) => {
    wrong.value = "";
    doubt.value = null;
    if (!readStart()) return start.current?.focus();
    const text = report.current?.value ?? "";
    const n = readCount(text);
    if (n === null) {
      wrong.value = "report";
      return report.current?.focus();
    }
    const now = store.timeline.value;
    const sprintMs = now ? now.ends - now.starts : 0;
    const kind = total ? doubtOfTotal(text, n, store.own.value, sprintMs) : doubtOfNew(n, store.own.value, sprintMs);
    if (kind !== null) doubt.value = question(kind, n, then);
    else {
      if (total) takeTotal(n);
      else takeNew(n);
      then();
    }
  };

  if (settle) {
    settle.current = (then) => {
      const el = report.current;
      if (el && el.value.trim() !== "" && el.value !== el.defaultValue) submit(then);
      else if (readStart()) then();
      else start.current?.focus();
    };
  }

  return (
    <form
      class="report stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      <div class="report-fields" key={way.value}>
        {total && (
          <NumberField
            id="start-total"
            label="Document before"
            testid={T.startTotal}
            field={start}
            wrong={wrong.value === "start"}
            value={own.startTotal ? String(own.startTotal) : ""}
            onChange={() => {
              wrong.value = "";
              readStart();
            }}
          />
        )}
        <NumberField
          id="report"
          label={total ? "Document now" : "New words"}
          testid={T.reportInput}
          field={report}
          wrong={wrong.value === "report"}
        />
        <button class="button first" type="submit" data-testid={T.reportSubmit}>
          {total ? "Set" : "Add"}
        </button>
      </div>
      {wrong.value && <Refusal id="report-wrong" text={NOT_WHOLE} />}
      {doubt.value && <DidYouMean key={doubt.value.text} doubt={doubt.value} close={() => (doubt.value = null)} />}
      <p class="hint" data-testid={T.reportNotice}>
        {total && own.how === "reported"
          ? `${number(own.total)} − ${number(own.startTotal)} = ${words(own.words)}`
          : total
            ? "The words between the two count."
            : `${words(own.words)} so far. What you add goes on top; a minus takes away.`}
      </p>
    </form>
  );
}
