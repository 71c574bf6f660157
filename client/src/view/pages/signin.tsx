// A link from elsewhere, which makes this browser its writer's: asked first, because whoever opens it may not be them.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { call } from "../../api";
import type { MeJson, SignInJson } from "../../protocol";
import { Page } from "../house";
import { problemText } from "../name";
import { go, Link } from "../router";
import * as T from "../testids";
import { me } from "../who";

const signInBy = (code: string): Promise<MeJson> =>
  call<MeJson>("POST", "/api/session/link", { code } satisfies SignInJson);

export function SignIn() {
  const code = useRef(location.hash.slice(1));
  const wrong = useSignal("");
  const busy = useSignal(false);
  // The code signs in: it stays in no history, and on no screen that somebody shares.
  useEffect(() => history.replaceState(null, "", location.pathname), []);

  const enter = async () => {
    if (busy.value) return;
    busy.value = true;
    wrong.value = "";
    try {
      me.value = await signInBy(code.current);
      go("/history", true);
    } catch (problem) {
      wrong.value = problemText(problem);
    } finally {
      busy.value = false;
    }
  };

  const who = me.value;
  return (
    <Page title="Sign in">
      <h1>Sign in by this link</h1>
      {!code.current ? (
        <p>This link is not whole. Open it again as it was given to you.</p>
      ) : who ? (
        <>
          <p>
            This browser is <bdi>{who.name}</bdi>’s, and stays so. Open the link in another browser, or in a private window.
          </p>
          <div>
            <Link to="/history" class="button">
              To the history
            </Link>
          </div>
        </>
      ) : (
        <>
          <p>This browser will belong to the writer whose link it is: their history, their rooms, their name. It works once.</p>
          <div>
            <button type="button" class="button first" data-testid={T.signIn} aria-disabled={busy.value} onClick={enter}>
              Sign in
            </button>
          </div>
        </>
      )}
      {wrong.value && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </Page>
  );
}
