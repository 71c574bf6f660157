// "I have been here before": sign in with a passkey, with a recovery code, or by an account elsewhere.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import * as api from "../../api_account";
import { leaveToSignIn } from "../../api_openid";
import * as passkey from "../../passkey";
import type { MeJson } from "../../protocol";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import * as T from "../testids";

const SIGNS = 16;

/** `enter` is told who has signed in. */
export function Before({ enter }: { enter: (who: MeJson) => Promise<void> }) {
  return (
    <>
      <WithPasskey enter={enter} />
      <WithRecoveryCode enter={enter} />
    </>
  );
}

function WithPasskey({ enter }: { enter: (who: MeJson) => Promise<void> }) {
  const wrong = useSignal("");
  const busy = useSignal(false);
  const hindrance = passkey.here();
  const sign = async () => {
    if (busy.value) return;
    busy.value = true;
    wrong.value = "";
    try {
      await enter(await api.signInByPasskey());
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="stack" aria-labelledby="passkey-title">
      <h2 id="passkey-title">With a passkey</h2>
      {hindrance ? (
        <p class="quiet">{hindrance}</p>
      ) : (
        <>
          <p>Your device or your password manager has it, if you added one under Settings, Account.</p>
          <div>
            <button type="button" class="button" data-testid={T.signInPasskey} aria-disabled={busy.value} onClick={() => void sign()}>
              Sign in with a passkey
            </button>
          </div>
        </>
      )}
      <Refusal text={wrong.value} />
    </section>
  );
}

/** `to`: where the writer goes on when they are back. */
export function WithProvider({ provider, to }: { provider: string; to: string }) {
  const wrong = useSignal("");
  const busy = useSignal(false);
  const leave = async () => {
    if (busy.value) return;
    busy.value = true;
    wrong.value = "";
    try {
      await leaveToSignIn(to);
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="stack" aria-labelledby="openid-title">
      <h2 id="openid-title">
        With <bdi>{provider}</bdi>
      </h2>
      <p>You sign in there, and come back here. Whoever is new begins by it.</p>
      <div>
        <button type="button" class="button" data-testid={T.signInOpenid} aria-disabled={busy.value} onClick={() => void leave()}>
          <span>
            Sign in with <bdi>{provider}</bdi>
          </span>
        </button>
      </div>
      <Refusal text={wrong.value} />
    </section>
  );
}

function WithRecoveryCode({ enter }: { enter: (who: MeJson) => Promise<void> }) {
  const field = useRef<HTMLInputElement>(null);
  const wrong = useSignal("");
  const busy = useSignal(false);
  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy.value) return;
    const typed = field.current?.value ?? "";
    const signs = typed.replace(/[\s-]/g, "").length;
    wrong.value = signs === SIGNS ? "" : "A recovery code has sixteen signs, in fours.";
    if (!wrong.value) {
      busy.value = true;
      try {
        await enter(await api.signInByRecovery(typed));
        return;
      } catch (problem) {
        wrong.value = problemText(problem);
      } finally {
        busy.value = false;
      }
    }
    field.current?.focus();
  };
  return (
    <form class="stack" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="recovery-title">
      <h2 id="recovery-title">With a recovery code</h2>
      <p>One of the ten that you wrote down. It works once.</p>
      <div class="field">
        <label for="recovery">The recovery code</label>
        <input
          id="recovery"
          ref={field}
          data-testid={T.recoveryInput}
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          aria-invalid={wrong.value ? "true" : undefined}
          aria-describedby={wrong.value ? "recovery-wrong" : undefined}
        />
        <Refusal id="recovery-wrong" text={wrong.value} />
      </div>
      <div>
        <button type="submit" class="button" data-testid={T.signInRecovery} aria-disabled={busy.value}>
          Sign in with this code
        </button>
      </div>
    </form>
  );
}
