// The way back in: by a link from elsewhere, asked first, because whoever opens it may not be its writer; or by a code,
// a passkey, a recovery code.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { signInBy } from "../../api_devices";
import * as openid from "../../api_openid";
import type { MeJson } from "../../protocol";
import { Before, WithProvider } from "../account/before";
import { useEntered } from "../account/met";
import { useFound } from "../found";
import { Page } from "../house";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { address, Link } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { me } from "../who";
import { onwardTo } from "./onward";

const SIGNS = 8;

const onward = (): string => onwardTo(address.peek().searchParams.get("to"));

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

  const { entered, question } = useEntered();
  const enter = async (by: string) => {
    if (busy.value) return;
    busy.value = true;
    wrong.value = "";
    try {
      await entered(await signInBy(by), onward());
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      busy.value = false;
    }
  };

  const who = me.value;
  const isOut = address.value.searchParams.has("out");
  const hasEnded = address.value.searchParams.has("ended");
  if (question) return <Page title="Sign in">{question}</Page>;
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
          <Refusal text={wrong.value} />
        </>
      ) : (
        <Ways enter={enter} entered={(who) => entered(who, onward())} wrong={wrong.value} busy={busy.value} />
      )}
    </Page>
  );
}

interface WaysProps extends ByCodeProps {
  entered: (who: MeJson) => Promise<void>;
}

/** All of them at once: one that came later would move the others under somebody's finger. */
function Ways({ entered, ...byCode }: WaysProps) {
  const found = useFound(openid.provider, 0);
  const known = found.value.value;
  if (!known && !found.wrong.value) return <Bones lines={6} label="Loading the ways to sign in" />;
  return (
    <>
      {known?.provider && <WithProvider provider={known.provider} to={onward()} />}
      <ByCode {...byCode} />
      <Before enter={entered} />
    </>
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
        <Refusal id="code-wrong" text={text} />
      </div>
      <div>
        <button type="submit" class="button first" data-testid={T.signIn} aria-disabled={busy}>
          Sign in
        </button>
      </div>
    </form>
  );
}
