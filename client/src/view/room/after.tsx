// What comes after the bell: the counts, the results, the next round, or word that it was called off.
import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { Role } from "../../protocol";
import type { RoomStore } from "../../store";
import { minutesOf, number, words } from "../format";
import * as T from "../testids";
import { useBusy } from "./busy";
import { Before, ReportForm, ShareLink, StartForm, Ways } from "./later";
import type { Parts, Way } from "./parts";

export { Results } from "./results";

export function Cancelled({ parts: { store, url, minutes, start } }: { parts: Parts }) {
  const host = store.role.value === Role.HOST;
  return (
    <section class="stack wide" aria-labelledby="cancelled-title">
      <div class="stack">
        <h2 id="cancelled-title">This round was cancelled</h2>
        <p>{host ? "Your text is as it was. Start another when you like." : "Your text is as it was. The host can start another."}</p>
        <ShareLink.View url={url} />
      </div>
      {host && (
        <div class="card">
          <StartForm.View start={start} serverNow={() => store.serverNow()} minutes={minutes()} />
        </div>
      )}
      <Before.View store={store} url={url} />
    </section>
  );
}

/** After the bell: the count is in, or it is asked for. */
export function Reporting({ store, way }: { store: RoomStore; way: Signal<Way> }) {
  const own = store.own.value;
  const settle = useRef<((then: () => void) => void) | null>(null);
  const others = store.board.value.n > 1;
  // A number in the field is part of what is said, also where it was not set yet.
  const done = () => {
    if (way.value !== "here" && settle.current) settle.current(() => store.done());
    else store.done();
  };
  if (store.slot.value === null) return <h2>The bell. Counts are coming in.</h2>;
  return (
    <section class="stack" aria-labelledby="reporting-title">
      <h2 id="reporting-title">
        {own.reported ? `The bell. ${words(own.words)}, and that is in.` : "The bell. What did it come to?"}
      </h2>
      {own.reported ? (
        <p class="quiet">
          {others ? "Results come when everybody is in." : "Results come in a moment."} Not right? Change it until then.
        </p>
      ) : (
        <p>Give your count, then say that it is yours.</p>
      )}
      <Ways.View store={store} way={way} />
      {way.value !== "here" && <ReportForm.View store={store} way={way} settle={settle} />}
      {!own.reported && (
        <div>
          <button type="button" class="button first" data-testid={T.done} onClick={done}>
            That is my count: {words(own.words)}
          </button>
        </div>
      )}
    </section>
  );
}

/** Who missed the window, or said the wrong number last: it counts all the same, as a late one. */
export function Correction({ store, way }: { store: RoomStore; way: Signal<Way> }) {
  if (store.slot.value === null) return null;
  return (
    <details>
      <summary data-testid={T.correct}>Change my count</summary>
      <div class="stack">
        <Ways.View store={store} way={way} />
        {way.value === "here" ? (
          <p class="quiet">What you write now is not of this round: give a total, or new words.</p>
        ) : (
          <ReportForm.View store={store} way={way} />
        )}
      </div>
    </details>
  );
}

export function Again({ parts: { store, url, minutes, start, say } }: { parts: Parts }) {
  const host = store.role.value === Role.HOST;
  const length = minutes();
  const { busy, once } = useBusy();
  if (!host) {
    return (
      <div class="stack">
        <p class="quiet">The host can start another round. {number(store.board.value.n)} here now.</p>
      </div>
    );
  }
  const again = async () => {
    const outcome = await start({ durationS: Math.round(length * 60), delayS: 60 });
    if (!outcome.ok) say(outcome.text);
  };
  return (
    <div class="stack">
      <div class="row">
        <button
          type="button"
          class="button first"
          data-testid={T.anotherRound}
          aria-disabled={busy}
          onClick={() => once(again)}
        >
          Another round
        </button>
        <span class="quiet small">
          {minutesOf(length)}, in 1 minute · {number(store.board.value.n)} here now
        </span>
      </div>
      <details>
        <summary>Another length or time</summary>
        <div class="stack">
          <StartForm.View start={start} serverNow={() => store.serverNow()} minutes={minutes()} />
          <ShareLink.View url={url} />
        </div>
      </details>
    </div>
  );
}
