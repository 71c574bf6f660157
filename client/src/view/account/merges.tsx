// Guests in whose browsers the writer signed in: whose history is part of whose, and how that is undone.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import * as api from "../../api_merges";
import { isolated } from "../../isolated";
import type { MergeJson } from "../../protocol";
import { announce } from "../announce";
import { dateOf } from "../data/when";
import { sessionsOf } from "../format";
import { Show, useFound } from "../found";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Confirm } from "../room/confirm";
import { toHeading } from "../router";
import * as T from "../testids";
import { Did } from "./merged";

export function Merges({ done }: { done: () => void }) {
  const found = useFound(api.merges, 0);
  const title = useRef<HTMLHeadingElement>(null);
  const wrong = useSignal("");
  // After each change anew: which of them can be reached from here is for the server to say.
  const run = async (act: () => Promise<MergeJson>, said: string) => {
    try {
      await act();
      found.put(await api.merges());
      wrong.value = "";
      toHeading(title.current); // the button is gone
      announce(said);
      done();
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  if (!found.value.value?.merges.length && !found.wrong.value) return null;
  return (
    <section class="stack" aria-labelledby="merges-title">
      <h2 id="merges-title" ref={title}>
        Merged histories
      </h2>
      <Refusal text={wrong.value} />
      <Show found={found} label="Looking for merged histories">
        {({ merges }) =>
          merges.map((each) => (
            <Merge
              key={each.id}
              merge={each}
              bring={() => run(() => api.bring(each.id), `${isolated(each.guest)}’s history is part of yours.`)}
              part={() => run(() => api.part(each.id), "They are two histories again.")}
            />
          ))
        }
      </Show>
    </section>
  );
}

interface MergeProps {
  merge: MergeJson;
  bring: () => void;
  part: () => void;
}

function Merge({ merge, bring, part }: MergeProps) {
  return (
    <div class="card stack" data-testid={T.merge} data-merged={merge.merged_at !== null}>
      {merge.merged_at === null ? <Apart merge={merge} bring={bring} /> : <Together merge={merge} bring={bring} part={part} />}
    </div>
  );
}

function Apart({ merge, bring }: Omit<MergeProps, "part">) {
  return (
    <>
      <p>
        <bdi>{merge.guest}</bdi> was in a browser in which you signed in on {dateOf(merge.met_at)}. That history,{" "}
        {sessionsOf(merge.sessions)}, is apart from yours.
      </p>
      <div class="row">
        <button type="button" class="button" data-testid={T.mergeBring} onClick={bring}>
          Bring it into my history
        </button>
      </div>
      <ByLink merge={merge} />
    </>
  );
}

function ByLink({ merge }: { merge: MergeJson }) {
  const url = useSignal("");
  const wrong = useSignal("");
  const show = async () => {
    try {
      url.value = (await api.guestLink(merge.id)).url;
      wrong.value = "";
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  if (url.value) {
    return (
      <p class="small">
        Open this in another browser, or in a private window, within a quarter of an hour. It works once:{" "}
        <a class="secret-link" href={url.value} data-testid={T.mergeLink}>
          {url}
        </a>
      </p>
    );
  }
  return (
    <>
      <div>
        <button type="button" class="button plain" data-testid={T.mergeOpen} onClick={() => void show()}>
          Show a link to it
        </button>
      </div>
      <Refusal text={wrong.value} />
    </>
  );
}

function Together({ merge, bring, part }: MergeProps) {
  const until = merge.undo_until === null ? 0 : Date.parse(merge.undo_until);
  return (
    <>
      {merge.own ? (
        merge.did && <Did merge={merge} did={merge.did} />
      ) : (
        <p>
          Your history is part of <bdi>{merge.writer}</bdi>’s: they signed in where you were, and brought it along.
        </p>
      )}
      {merge.own && merge.sessions > 0 && (
        <div>
          <button type="button" class="button" data-testid={T.mergeBring} onClick={bring}>
            Bring {sessionsOf(merge.sessions)} more
          </button>
        </div>
      )}
      {until > Date.now() ? (
        <div>
          <Confirm
            testid={T.mergeUndo}
            question="They become two histories again, each with what it had. What was written since stays with the account."
            yes="Part them"
            no="Keep it so"
            act={part}
          >
            {merge.own ? "Undo" : "Take it back"}
          </Confirm>
        </div>
      ) : (
        <p class="quiet small">Since {dateOf(merge.merged_at ?? merge.met_at)}.</p>
      )}
    </>
  );
}
