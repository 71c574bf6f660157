// The shore: the board and what goes with it, beside the draft where there is room, else a sheet to pull up.
import type { ComponentChildren } from "preact";

import { type Cheer, Cheer as CHEER, Phase, Role } from "../../protocol";
import type { Outcome, RoomStore } from "../../store";
import * as T from "../testids";
import { Board, boardLine } from "./board";
import { CopyLink } from "./copy";
import { Beside, HostControls } from "./later";
import type { Parts } from "./parts";

const CHEERS: readonly [Cheer, string][] = [
  [CHEER.WAVE, "Wave"],
  [CHEER.HEART, "Heart"],
  [CHEER.SPARK, "Spark"],
];

function Cheers({ store, tell }: { store: RoomStore; tell: (outcome: Outcome) => void }) {
  return (
    <div class="row cheers" role="group" aria-label="Cheer everybody">
      {CHEERS.map(([kind, name]) => (
        <button key={kind} type="button" class="button plain" data-testid={T.cheer} onClick={() => void store.cheer(null, kind).then(tell)}>
          {name}
        </button>
      ))}
    </div>
  );
}

export function Shore({ parts, inPage }: { parts: Parts; inPage: boolean }) {
  const { store, url, sheet } = parts;
  const open = sheet.value;
  const tell = (outcome: Outcome) => {
    if (!outcome.ok) parts.say(outcome.text);
  };
  const phase = store.phase.value;
  const running = phase === Phase.COUNTDOWN || phase === Phase.WRITING || phase === Phase.REPORTING;
  const plain = phase !== Phase.WRITING && phase !== Phase.REPORTING;
  const content: ComponentChildren = (
    <>
      <h2 class="shore-title" tabIndex={-1} id="shore-title">
        {plain ? "Here now" : "Board"}
      </h2>
      {running && store.role.value === Role.HOST && <HostControls.View store={store} tell={tell} />}
      <Board store={store} load={parts.loadWriters} tell={tell} />
      {!plain && store.slot.value !== null && <Cheers store={store} tell={tell} />}
      {!plain && <Beside.View store={store} url={url} />}
      {(!plain || store.slot.value !== null) && (
        <div class="row">
          {!plain && <CopyLink url={url} plain />}
          {store.slot.value !== null && (
            <button type="button" class="button plain" data-testid={T.leaveButton} onClick={() => void store.leave().then(tell)}>
              Leave the room
            </button>
          )}
        </div>
      )}
    </>
  );
  if (inPage) {
    return (
      <section class="stack" aria-labelledby="shore-title">
        {content}
      </section>
    );
  }
  return (
    <aside class={`shore fades${open ? " open" : ""}`} aria-labelledby="shore-title">
      <button type="button" class="handle" aria-expanded={open} aria-controls="shore" data-testid={T.sheetToggle} onClick={() => (sheet.value = !open)}>
        <span class="num">{boardLine(store.board.value, plain)}</span>
        <svg width="16" height="10" viewBox="0 0 16 10" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
          <path d={open ? "M2 2l6 6 6-6" : "M2 8l6-6 6 6"} />
        </svg>
      </button>
      <div id="shore" class="shore-body stack">
        {content}
      </div>
    </aside>
  );
}
