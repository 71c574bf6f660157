// Asked right after signing in where a guest was: what becomes of what the guest wrote.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../../api_merges";
import type { MeJson, MergeJson } from "../../protocol";
import { sessionsOf } from "../format";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Confirm } from "../room/confirm";
import { go } from "../router";
import * as T from "../testids";
import { me } from "../who";
import { Did } from "./merged";

/** A click so soon was meant for the button that stood there: nobody has read yet what came of it. */
const DOUBLE_MS = 500;

/** The guest who was here until now, if there is something of theirs to ask about. */
async function metHere(guest: string): Promise<MergeJson | null> {
  const { merges } = await api.merges();
  const last = merges[0];
  return last?.own && last.guest === guest && last.merged_at === null ? last : null;
}

/** After signing in: `entered` goes on to `to`, if there is no `question` to ask first. */
export function useEntered(): { entered: (who: MeJson, to: string) => Promise<void>; question: ComponentChildren } {
  const asked = useSignal<{ merge: MergeJson; to: string } | null>(null);
  const entered = async (who: MeJson, to: string) => {
    const before = me.peek();
    // What cannot be asked about now is kept: the account's page lists it.
    const merge = before && before.id !== who.id ? await metHere(before.name).catch(() => null) : null;
    me.value = who;
    if (merge) asked.value = { merge, to };
    else go(to, true);
  };
  const found = asked.value;
  return { entered, question: found && <Met merge={found.merge} onward={() => go(found.to, true)} /> };
}

function Met({ merge, onward }: { merge: MergeJson; onward: () => void }) {
  const now = useSignal(merge);
  const wrong = useSignal("");
  const title = useRef<HTMLHeadingElement>(null);
  const answered = useRef(0);
  const busy = useRef(false);
  useEffect(() => title.current?.focus(), [now.value.merged_at]);

  const run = async (act: (id: string) => Promise<MergeJson>) => {
    if (busy.current) return;
    busy.current = true;
    try {
      now.value = await act(merge.id);
      wrong.value = "";
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      answered.current = performance.now();
      busy.current = false;
    }
  };
  const { merged_at, did, guest, writer, sessions } = now.value;
  return (
    <>
      {merged_at === null ? (
        <>
          <h1 ref={title} tabIndex={-1} data-testid={T.mergeAsk}>
            This browser has {sessionsOf(sessions)} of <bdi>{guest}</bdi>’s
          </h1>
          <p>
            Bring them into <bdi>{writer}</bdi>’s history? Of a sprint in which both were, the newest count stands. You can undo
            it for a day.
          </p>
          <p class="quiet">
            If not, you find them in this browser under Settings, Account: “Merged histories”.
          </p>
          <div class="row">
            <button type="button" class="button first" data-testid={T.mergeBring} onClick={() => void run(api.bring)}>
              Bring them
            </button>
            <button type="button" class="button" data-testid={T.mergeLeave} onClick={onward}>
              Go on without them
            </button>
          </div>
        </>
      ) : (
        <>
          <h1 ref={title} tabIndex={-1}>
            One history
          </h1>
          {did && <Did merge={now.value} did={did} />}
          <div class="row">
            <button type="button" class="button first" onClick={() => performance.now() - answered.current > DOUBLE_MS && onward()}>
              Go on
            </button>
            {/* It stands where “Go on without them” stood a moment ago: a second click there only asks. */}
            <Confirm
              testid={T.mergeUndo}
              question="They become two histories again, each with what it had."
              yes="Part them"
              no="Keep it so"
              act={() => void run(api.part)}
            >
              Undo
            </Confirm>
          </div>
        </>
      )}
      <Refusal text={wrong.value} />
    </>
  );
}
