// Where an OpenID provider leads back to: what it said is handed on, and what comes of it is shown or gone on to.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import * as api from "../../api_openid";
import type { OpenIdDoneJson } from "../../protocol";
import { useEntered } from "../account/met";
import { announce } from "../announce";
import { Page } from "../house";
import { NameField, nameWrong, problemText } from "../name";
import { address, go, Link, toHeading } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { me } from "../who";

export function FromProvider() {
  const said = useRef(address.peek().searchParams);
  const isAsked = useRef(false);
  const done = useSignal<OpenIdDoneJson | null>(null);
  const wrong = useSignal("");
  const { entered, question } = useEntered();

  const become = async (now: OpenIdDoneJson) => {
    if (now.did === "added") announce("It is added.");
    if (now.me) await entered(now.me, now.to);
    else if (now.did === "added") go(now.to, true);
    else done.value = now;
  };
  const isKnown = me.value !== undefined; // who was here until now is asked about
  useEffect(() => {
    if (!isKnown || isAsked.current) return;
    isAsked.current = true;
    // What was said serves once: it stays in no history.
    history.replaceState(null, "", location.pathname);
    if (!said.current.has("state")) return go("/in", true);
    api.answer(said.current).then(become).catch((problem: unknown) => (wrong.value = problemText(problem)));
  }, [isKnown]);

  const now = done.value;
  return (
    <Page title="Sign in">
      {question ||
        (wrong.value ? (
          <Refused text={wrong.value} />
        ) : now?.did === "confirmed" ? (
          <Confirmed to={now.to} />
        ) : now?.state ? (
          <Nameless state={now.state} begun={become} over={(text) => (wrong.value = text)} />
        ) : (
          <Bones lines={3} label="Signing in" />
        ))}
    </Page>
  );
}

function Refused({ text }: { text: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => toHeading(title.current), []);
  return (
    <div class="stack">
      <h1 ref={title}>Nothing has changed</h1>
      <p role="alert" data-testid={T.openidRefused}>
        {text}
      </p>
      <div class="row">
        <Link to="/in" class="button first">
          Back to signing in
        </Link>
        {me.value && (
          <Link to="/settings/account" class="button">
            Back to the account
          </Link>
        )}
      </div>
    </div>
  );
}

function Confirmed({ to }: { to: string }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => toHeading(title.current), []);
  return (
    <div class="stack">
      <h1 ref={title}>Confirmed</h1>
      <p>For ten minutes you can change what keeps your history.</p>
      <div>
        <button type="button" class="button first" data-testid={T.openidOnward} onClick={() => go(to, true)}>
          Go on
        </button>
      </div>
    </div>
  );
}

interface NamelessProps {
  state: string;
  begun: (done: OpenIdDoneJson) => Promise<void>;
  /** It can not be tried once more. */
  over: (text: string) => void;
}

/** The provider knows who it is, and has no name for them that will do here. */
function Nameless({ state, begun, over }: NamelessProps) {
  const field = useRef<HTMLInputElement>(null);
  const wrong = useSignal("");
  const busy = useSignal(false);
  useEffect(() => field.current?.focus(), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy.value) return;
    const name = field.current?.value.trim() ?? "";
    wrong.value = nameWrong(name);
    if (!wrong.value) {
      busy.value = true;
      try {
        return await begun(await api.begin(state, name));
      } catch (problem) {
        if (problem instanceof ApiProblem && problem.field === "state") return over(problem.message);
        wrong.value = problemText(problem);
      } finally {
        busy.value = false;
      }
    }
    field.current?.focus();
  };
  return (
    <form class="stack" onSubmit={(e) => void submit(e)} noValidate>
      <h1>How shall others call you?</h1>
      <p>You are new here, and the name that came with you is none that we can show.</p>
      <NameField input={field} wrong={wrong.value} />
      <div>
        <button type="submit" class="button first" data-testid={T.nameSubmit} aria-disabled={busy.value}>
          Begin
        </button>
      </div>
    </form>
  );
}
