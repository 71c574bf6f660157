// Personal tokens: which companions and scripts may act for the writer, a new one, and how one is taken back.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import * as api from "../../api_tokens";
import { isolated } from "../../isolated";
import type { MadeTokenJson, TokenJson } from "../../protocol";
import { announce } from "../announce";
import { dateOf } from "../data/when";
import { Show, useFound } from "../found";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Confirm } from "../room/confirm";
import { CopyButton } from "../room/copy";
import { toHeading } from "../router";
import * as T from "../testids";
import { example, may } from "./scopes";
import { NewToken } from "./tokenform";

/** `done`: something was changed, which the list of what was done now has. */
export function Tokens({ done }: { done: () => void }) {
  const found = useFound(api.tokens, 0);
  const made = useSignal<MadeTokenJson | null>(null);
  const wrong = useSignal("");
  const heading = useRef<HTMLHeadingElement>(null);

  // Each change by itself, and not the list that answers it: of two answers the older may come last.
  const without = (id: string) => (found.value.peek()?.tokens ?? []).filter((each) => each.id !== id);
  const add = (token: MadeTokenJson) => {
    made.value = token;
    found.put({ tokens: [token.token, ...without(token.token.id)] });
    announce("The token is made. It is shown only now.");
    done();
  };
  const revoke = async ({ id, name }: TokenJson) => {
    try {
      await api.revokeToken(id);
    } catch (problem) {
      const isGone = problem instanceof ApiProblem && problem.status === 404; // by another device of theirs
      wrong.value = isGone ? "" : problemText(problem);
      if (!isGone) return;
    }
    wrong.value = "";
    if (made.value?.token.id === id) made.value = null;
    found.put({ tokens: without(id) });
    announce(`${isolated(name)} is revoked.`);
    toHeading(heading.current);
    done();
  };
  const taken = () => {
    made.value = null;
    toHeading(heading.current);
  };

  return (
    <section class="stack" aria-labelledby="tokens-title">
      <h2 id="tokens-title" ref={heading}>
        Tokens
      </h2>
      <p>
        With a token a companion or a script of yours reads or writes here in your name: only what you tick, and only until you
        revoke it.
      </p>
      <Refusal text={wrong.value} />
      {made.value && <Shown made={made.value} done={taken} />}
      <Show found={found} lines={2} label="Looking for your tokens">
        {({ tokens }) => (
          <>
            {tokens.length > 0 && (
              <ul class="rooms">
                {tokens.map((each) => (
                  <Row key={each.id} token={each} revoke={() => revoke(each)} />
                ))}
              </ul>
            )}
            <NewToken made={add} />
          </>
        )}
      </Show>
    </section>
  );
}

function Row({ token, revoke }: { token: TokenJson; revoke: () => void }) {
  const used = token.used_at ? `last used ${dateOf(token.used_at)}` : "not used yet";
  return (
    <li class="room-row wraps" data-testid={T.token} data-scopes={token.scopes.join(" ")}>
      <div>
        <p>
          <strong>
            <bdi>{token.name}</bdi>
          </strong>
        </p>
        <p class="small">{may(token.scopes)}</p>
        <p class="quiet small">
          Made {dateOf(token.created_at)} · {used}
          {token.expires_at && ` · ${ends(token.expires_at)}`}
        </p>
      </div>
      <Confirm
        testid={T.tokenRevoke}
        label={`Revoke ${isolated(token.name)}`}
        question="Whatever uses it is shut out at once."
        yes="Revoke it"
        no="Keep it"
        act={revoke}
      >
        Revoke
      </Confirm>
    </li>
  );
}

function ends(at: string): string {
  return Date.parse(at) > Date.now() ? `until ${dateOf(at)}` : `ended ${dateOf(at)}`;
}

function Shown({ made: { token, secret }, done }: { made: MadeTokenJson; done: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => toHeading(heading.current), [secret]);
  const line = example(token.scopes, secret, location.origin);
  return (
    <div class="card stack">
      <h3 ref={heading}>Your token, shown only now</h3>
      <p>
        <code class="secret-link" data-testid={T.tokenSecret}>
          {secret}
        </code>
      </p>
      <p class="quiet small">
        For <bdi>{token.name}</bdi>. Whoever has it can use it: keep it where your programs keep their secrets.
      </p>
      {line && (
        <>
          <p class="small">A first look, in a terminal:</p>
          <p>
            <code class="secret-link small">{line}</code>
          </p>
        </>
      )}
      <p class="small">
        All that can be asked and told stands in{" "}
        <a href="/api/openapi.json" target="_blank">
          the API’s own description
        </a>
        .
      </p>
      <div class="row">
        <CopyButton text={secret} what="The token is" label="Copy the token" />
        {line && <CopyButton text={line} what="The line is" label="Copy the line" />}
        <button type="button" class="button plain" data-testid={T.tokenDone} onClick={done}>
          I have it
        </button>
      </div>
    </div>
  );
}
