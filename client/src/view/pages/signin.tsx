// The way back in: by a link from elsewhere, asked first, because whoever opens it may not be its writer; or by a code,
// a passkey, a recovery code.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { signInBy } from "../../api_devices";
import type { MeJson, MergeJson } from "../../protocol";
import { Before } from "../account/before";
import { Met, metHere } from "../account/met";
import { Page } from "../house";
import { problemText } from "../name";
import { address, go, Link } from "../router";
import * as T from "../testids";
import { me } from "../who";

const SIGNS = 8;

/** Where to go then: a page of ours that led here, or the history. */
function onward(): string {
  const to = address.peek().searchParams.get("to") ?? "";
  return /^\/(?![/\\])/.test(to) ? to : "/history";
}

export function SignIn() {
  const code = useRef(location.hash.slice(1));
  const wrong = useSignal("");
  const busy = useSignal(false);
  // The code signs in: it stays in no history, and on no screen that somebody shares.
  useEffect(() => history.replaceState(null, "", location.pathname + location.search), []);
  useEffect(() => {
    const another = () => location.reload(); // a link that is opened where this page is open changes only what follows #
    addEventListener("hashchange", another);
    return () => removeEventListener("hashchange", another);
  }, []);

  const met = useSignal<MergeJson | null>(null);
  const entered = async (who: MeJson) => {
    const before = me.peek();
    // What cannot be asked about now is kept: the account's page lists it.
    if (before && before.id !== who.id) met.value = await metHere(before.name).catch(() => null);
    me.value = who;
    if (!met.value) go(onward(), true);
  };
  const enter = async (by: string) => {
    if (busy.value) return;
    busy.value = true;
    wrong.value = "";
    try {
      await entered(await signInBy(by));
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      busy.value = false;
    }
  };

  const who = me.value;
  const isOut = address.value.searchParams.has("out");
  const hasEnded = address.value.searchParams.has("ended");
  if (met.value) {
    return (
      <Page title="Sign in">
        <Met merge={met.value} onward={() => go(onward(), true)} />
      </Page>
    );
  }
  return (
    <Page title="Sign in">
      <div class="stack">
        <h1>{code.current ? "Sign in by this link" : "Sign in"}</h1>
        {(isOut || hasEnded) && who === null && (
          <p role="status" data-testid={T.signedOut}>
            You are signed out here{hasEnded && ", after a long time away or from another device"}. Your words are safe on this
            device.
          </p>
        )}
        {hasEnded && who === null && (
          <p>
            Sign in, and you are back where you were. Or{" "}
            <Link to={onward()}>begin anew under a name</Link>.
          </p>
        )}
      </div>
      {who && (
        <>
          <p>
            This browser is <bdi>{who.name}</bdi>’s. Whoever signs in here takes it over; what was written here stays kept, and
            is asked about next.
          </p>
          <div>
            <Link to="/history" class="button">
              Stay, and go to the history
            </Link>
          </div>
        </>
      )}
      {code.current ? (
        <>
          <p>This browser will belong to the writer whose link it is: their history, their rooms, their name. It works once.</p>
          <div>
            <button
              type="button"
              class="button first"
              data-testid={T.signIn}
              aria-disabled={busy.value}
              onClick={() => enter(code.current)}
            >
              Sign in
            </button>
          </div>
          {wrong.value && (
            <p class="wrong" role="alert">
              {wrong}
            </p>
          )}
        </>
      ) : (
        <>
          <ByCode enter={enter} wrong={wrong.value} busy={busy.value} />
          <Before enter={entered} />
        </>
      )}
    </Page>
  );
}

interface ByCodeProps {
  enter: (code: string) => void;
  wrong: string;
  busy: boolean;
}

function ByCode({ enter, wrong, busy }: ByCodeProps) {
  const field = useRef<HTMLInputElement>(null);
  const refused = useSignal("");
  const text = refused.value || wrong;
  useEffect(() => {
    if (wrong) field.current?.focus();
  }, [wrong]);

  const submit = (e: Event) => {
    e.preventDefault();
    const typed = field.current?.value ?? "";
    const signs = typed.replace(/[\s-]/g, "").length;
    refused.value = signs === SIGNS ? "" : "The code has eight signs, as 7k2m-9qxd.";
    if (refused.value) field.current?.focus();
    else enter(typed);
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <h2>With a code from another device</h2>
      <p>Where you are signed in, it stands under Settings, Account: “Open on another device”.</p>
      <div class="field">
        <label for="code">The code</label>
        <input
          id="code"
          ref={field}
          class="signs"
          data-testid={T.codeInput}
          maxLength={24}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellcheck={false}
          aria-invalid={text ? "true" : undefined}
          aria-describedby={text ? "code-wrong" : undefined}
        />
        {text && (
          <p id="code-wrong" class="wrong" role="alert">
            {text}
          </p>
        )}
      </div>
      <div>
        <button type="submit" class="button first" data-testid={T.signIn} aria-disabled={busy}>
          Sign in
        </button>
      </div>
    </form>
  );
}
