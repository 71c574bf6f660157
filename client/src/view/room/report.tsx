// The number of someone who writes elsewhere, and the question when it looks like another number than was meant.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { RoomStore } from "../../store";
import { announce } from "../announce";
import { number, signed, words } from "../format";
import { T } from "../testids";
import { readCount } from "./numbers";
import type { Way } from "./parts";

const NOT_WHOLE = "A whole number, such as 50,230.";
/** "+N new" of at least this, and no less than the document had before, was more likely a total. */
const LARGE_PLUS = 2_000;

interface Doubt {
  text: string;
  yes: string;
  no: string;
  accept: () => void;
  insist: () => void;
}

function DidYouMean({ doubt, close }: { doubt: Doubt; close: () => void }) {
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
}

/** The number of someone who writes elsewhere. Enter or the button takes it; it shows at once what it came to. */
export function ReportForm({ store, way }: ReportProps) {
  const report = useRef<HTMLInputElement>(null);
  const start = useRef<HTMLInputElement>(null);
  const wrong = useSignal<"" | "start" | "report">("");
  const said = useSignal("");
  const doubt = useSignal<Doubt | null>(null);
  const own = store.own.value;
  const total = way.value === "total";

  // Undo, or another device, may move the starting total: the field follows unless somebody is in it.
  useEffect(() => {
    const el = start.current;
    if (el && el !== document.activeElement) el.value = own.startTotal ? number(own.startTotal) : "";
  }, [own.startTotal]);

  const took = () => {
    const now = store.own.value.words;
    said.value = words(now);
    announce(`${words(now)} in this round.`);
    if (report.current) {
      if (!total) report.current.value = "";
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
  const readStart = (): boolean => {
    const text = start.current?.value.trim() ?? "";
    if (!total || text === "") return true;
    const n = readCount(text);
    if (n === null || n < 0) {
      wrong.value = "start";
      start.current?.focus();
      return false;
    }
    if (n !== store.own.value.startTotal) store.setStartTotal(n);
    return true;
  };

  const submit = (e: Event) => {
    e.preventDefault();
    said.value = "";
    wrong.value = "";
    if (!readStart()) return;
    const text = report.current?.value ?? "";
    const n = readCount(text);
    if (n === null || (total && n < 0 && !text.trim().startsWith("-"))) {
      wrong.value = "report";
      report.current?.focus();
      return;
    }
    const { startTotal } = store.own.value;
    if (total && (/^\s*\+/.test(text) || n < 0 || n < startTotal / 2 || store.likelyNew(n))) {
      doubt.value = {
        text: `A total of ${number(n)} would make ${words(n - startTotal)} in this round. Did you mean ${signed(n)} new?`,
        yes: `Yes, ${signed(n)} new`,
        no: `No, my total is ${number(n)}`,
        accept: () => takeNew(n),
        insist: () => takeTotal(Math.max(0, n)),
      };
    } else if (!total && n >= LARGE_PLUS && startTotal > 0 && n >= startTotal) {
      doubt.value = {
        text: `That is ${words(n)} new. Did you mean a total, which makes ${words(n - startTotal)}?`,
        yes: `Yes, my total is ${number(n)}`,
        no: `No, ${signed(n)} new`,
        accept: () => takeTotal(n),
        insist: () => takeNew(n),
      };
    } else if (total) takeTotal(n);
    else takeNew(n);
  };

  return (
    <form class="report stack" onSubmit={submit} noValidate>
      <div class="report-fields" key={way.value}>
        {total && (
          <NumberField
            id="start-total"
            label="Document before"
            testid={T.startTotal}
            field={start}
            wrong={wrong.value === "start"}
            value={own.startTotal ? number(own.startTotal) : ""}
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
      {wrong.value && (
        <p id="report-wrong" class="wrong" role="alert">
          {NOT_WHOLE}
        </p>
      )}
      {doubt.value && <DidYouMean doubt={doubt.value} close={() => (doubt.value = null)} />}
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
