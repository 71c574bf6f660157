// What keeps an account is changed only by whoever has shown lately who they are: else it is asked here, in place.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import { confirm, passkeys } from "../../api_account";
import { identities, leaveToConfirm } from "../../api_openid";
import { ErrorCode } from "../../protocol";
import { Show, useFound } from "../found";
import { problemText } from "../name";
import { toSignIn } from "../nameless";
import { Refusal } from "../refusal";
import { address, Link } from "../router";
import * as T from "../testids";

type Act = () => Promise<void>;

/** `run` does it, or asks first; `view` is where it asks and what was refused. */
export function useFresh(): { run: (act: Act) => Promise<void>; view: ComponentChildren } {
  const waits = useSignal<{ act: Act } | null>(null);
  const wrong = useSignal("");
  const busy = useRef(false);

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
  /** The page goes with it: what is to be done is asked for again when one is back. */
  const away = () => {
    const { pathname, search } = address.peek();
    return run(() => leaveToConfirm(pathname + search));
  };

  const view = (
    <>
      {waits.value && (
        <div class="ask stack" role="group" aria-labelledby="fresh-title">
          <p id="fresh-title">
            <strong>Confirm that it is you</strong>
          </p>
          <p>What keeps your history is changed only by you, and your last sign-in here is a while ago.</p>
          <Ways byPasskey={() => void shown()} byProvider={() => void away()} notNow={() => (waits.value = null)} />
        </div>
      )}
      <Refusal text={wrong.value} />
    </>
  );
  return { run, view };
}

interface WaysProps {
  byPasskey: () => void;
  byProvider: () => void;
  notNow: () => void;
}

/** Those that this writer has. */
function Ways({ byPasskey, byProvider, notNow }: WaysProps) {
  const found = useFound(() => Promise.all([passkeys(), identities()]), 0);
  return (
    <Show found={found} lines={2} label="Looking how you can confirm">
      {([known, { provider, issuer, identities }]) => {
        const isKnownThere = provider !== null && identities.some((each) => each.issuer === issuer);
        const hasPasskey = known.passkeys.length > 0 || !isKnownThere;
        return (
          <>
            <div class="row">
              {hasPasskey && (
                <button type="button" class="button first" ref={focused} data-testid={T.freshConfirm} onClick={byPasskey}>
                  Confirm with a passkey
                </button>
              )}
              {isKnownThere && (
                <button
                  type="button"
                  class={hasPasskey ? "button" : "button first"}
                  ref={hasPasskey ? null : focused}
                  data-testid={T.freshOpenid}
                  onClick={byProvider}
                >
                  <span>
                    Confirm at <bdi>{provider}</bdi>
                  </span>
                </button>
              )}
              <button type="button" class="button" onClick={notNow}>
                Not now
              </button>
            </div>
            {isKnownThere && <p class="small">From there you come back to this page. What you meant to do, do again then.</p>}
            <p class="small">
              {hasPasskey ? "No passkey at hand? " : "No way in there just now? "}
              <Link to={toSignIn()}>Sign in with a recovery code</Link> and come back.
            </p>
          </>
        );
      }}
    </Show>
  );
}

/** When it comes, at once. */
const focused = (button: HTMLButtonElement | null) => button?.focus();
