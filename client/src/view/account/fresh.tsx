// What keeps an account is changed only by whoever has shown lately who they are: else it is asked here, in place.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import { confirm } from "../../api_account";
import { ErrorCode } from "../../protocol";
import { problemText } from "../name";
import { toSignIn } from "../nameless";
import { Link } from "../router";
import * as T from "../testids";

type Act = () => Promise<void>;

/** `run` does it, or asks first; `view` is where it asks and what was refused. */
export function useFresh(): { run: (act: Act) => Promise<void>; view: preact.ComponentChildren } {
  const waits = useSignal<{ act: Act } | null>(null);
  const wrong = useSignal("");
  const button = useRef<HTMLButtonElement>(null);
  const busy = useRef(false);
  useEffect(() => {
    if (waits.value) button.current?.focus();
  }, [waits.value]);

  const run = async (act: Act) => {
    if (busy.current) return; // a second click: of two sets of codes the first would be shown, and the second hold
    busy.current = true;
    wrong.value = "";
    try {
      await act();
      waits.value = null;
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.code === ErrorCode.NOT_FRESH) waits.value = { act };
      else wrong.value = problemText(problem);
    } finally {
      busy.current = false;
    }
  };
  const shown = () =>
    run(async () => {
      const act = waits.value?.act;
      await confirm();
      await act?.();
    });

  const view = (
    <>
      {waits.value && (
        <div class="ask stack" role="group" aria-labelledby="fresh-title">
          <p id="fresh-title">
            <strong>Confirm that it is you</strong>
          </p>
          <p>What keeps your history is changed only by you, and your last sign-in here is a while ago.</p>
          <div class="row">
            <button type="button" class="button first" ref={button} data-testid={T.freshConfirm} onClick={() => void shown()}>
              Confirm with a passkey
            </button>
            <button type="button" class="button" onClick={() => (waits.value = null)}>
              Not now
            </button>
          </div>
          <p class="small">
            No passkey at hand? <Link to={toSignIn()}>Sign in with a recovery code</Link> and come back.
          </p>
        </div>
      )}
      {wrong.value && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </>
  );
  return { run, view };
}
