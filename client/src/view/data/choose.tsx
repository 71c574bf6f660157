// Choosing what to import: a file, dropped or picked, or a table that is pasted.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { Refusal } from "../refusal";
import * as T from "../testids";
import type { Chosen } from "./importing";

const MOST_MB = 32;

export function Choose({ choose }: { choose: (chosen: Chosen) => void }) {
  const over = useSignal(false);
  const wrong = useSignal("");
  const paste = useRef<HTMLTextAreaElement>(null);

  const take = (file: File | undefined) => {
    if (!file) return;
    const tooLarge = file.size > MOST_MB * 2 ** 20;
    wrong.value = tooLarge ? `The file has more than ${MOST_MB} MB, which is more than is taken. Import it in parts.` : "";
    if (!tooLarge) choose({ file, name: file.name.slice(0, 200) });
  };
  const drop = (e: DragEvent) => {
    e.preventDefault();
    over.value = false;
    take(e.dataTransfer?.files[0]);
  };
  const look = (e: Event) => {
    e.preventDefault();
    const text = paste.current?.value ?? "";
    wrong.value = text.trim() ? "" : "Paste a table first: a date and a count in each row.";
    if (text.trim()) choose({ file: new Blob([text]), name: "Pasted table" });
    else paste.current?.focus();
  };

  return (
    <div class="stack">
      <p>
        TrackBear’s zip, NaNoWriMo’s table of days, or any CSV with a date and a count. You see what it would do before
        anything is taken.
      </p>
      <div
        class={`card stack drop${over.value ? " over" : ""}`}
        onDragOver={(e) => {
          e.preventDefault();
          over.value = true;
        }}
        onDragLeave={() => (over.value = false)}
        onDrop={drop}
      >
        <div class="field">
          <label for="import-file">A file; it can be dropped here, too</label>
          <input
            id="import-file"
            type="file"
            accept=".zip,.csv,.tsv,.txt"
            data-testid={T.importFile}
            onChange={(e) => take(e.currentTarget.files?.[0])}
          />
        </div>
      </div>
      <details>
        <summary>Or paste a table</summary>
        <form class="stack" onSubmit={look}>
          <div class="field">
            <label for="import-paste">One day in each row: the date, then the count</label>
            <textarea
              id="import-paste"
              ref={paste}
              rows={8}
              spellcheck={false}
              placeholder={"Nov 1, 2025\t1667\nNov 2, 2025\t3401"}
              data-testid={T.importPaste}
            />
          </div>
          <div>
            <button type="submit" class="button first" data-testid={T.importLook}>
              Look at it
            </button>
          </div>
        </form>
      </details>
      <Refusal text={wrong.value} />
    </div>
  );
}
