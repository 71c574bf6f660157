// All that is kept of a writer: taken along in one file, or deleted, with the name typed in.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../../api_data";
import type { MeJson } from "../../protocol";
import { announce } from "../announce";
import { Refusal } from "../refusal";
import { Link, toHeading } from "../router";
import * as T from "../testids";
import { me } from "../who";
import { useFresh } from "./fresh";

/** Somebody was deleted on this page, and it says so until it is left. */
export const isGone = signal(false);

/** As the server compares them: however the spaces lie. */
function isNameOf(who: MeJson, typed: string): boolean {
  return typed.trim().split(/\s+/).join(" ") === who.name;
}

export function YourData({ who }: { who: MeJson }) {
  return (
    <>
      <section class="stack" aria-labelledby="yours-title">
        <h2 id="yours-title">Your data</h2>
        <p>Everything that is kept of you, in one file: tables for a spreadsheet, JSON for programs, and a README that says what is what.</p>
        <div>
          <a class="button" href="/api/me/archive.zip" download data-testid={T.archive}>
            Download everything
          </a>
        </div>
      </section>
      <Delete who={who} />
    </>
  );
}

function Delete({ who }: { who: MeJson }) {
  const field = useRef<HTMLInputElement>(null);
  const wrong = useSignal("");
  const busy = useSignal(false);
  const fresh = useFresh();
  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy.value) return;
    wrong.value = isNameOf(who, field.current?.value ?? "") ? "" : "Type the name as it stands, capitals too.";
    if (!wrong.value) {
      busy.value = true;
      await fresh.run(async () => {
        await api.deleteMe(who.name);
        announce("Everything is deleted.");
        isGone.value = true;
        me.value = null;
      });
      busy.value = false;
      return;
    }
    field.current?.focus();
  };
  return (
    <form class="stack" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="delete-title">
      <h2 id="delete-title">Delete everything</h2>
      <p>
        Your name, your history, your projects and goals, and all that signs you in go for good. Nobody can bring them back:
        download everything first, if you may want it.
      </p>
      <ul class="noted">
        <li>Where you wrote with others, your count stays in their results, as that of “A writer”: their ranks and totals do not change.</li>
        <li>A room that you host gets another host; one that was yours alone goes.</li>
        <li>Drafts stay on the devices where you wrote them. Nobody else has them.</li>
      </ul>
      <div class="field">
        <label for="delete-name">
          To delete all of it, type your name: <bdi>{who.name}</bdi>
        </label>
        <input
          id="delete-name"
          ref={field}
          data-testid={T.deleteName}
          maxLength={160}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          aria-invalid={wrong.value ? "true" : undefined}
          aria-describedby={wrong.value ? "delete-wrong" : undefined}
        />
        <Refusal id="delete-wrong" text={wrong.value} />
      </div>
      {fresh.view}
      <div>
        <button type="submit" class="button" data-testid={T.deleteMe} aria-disabled={busy.value}>
          Delete everything
        </button>
      </div>
    </form>
  );
}

export function Gone() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    toHeading(heading.current);
    return () => void (isGone.value = false);
  }, []);
  return (
    <div class="stack">
      <h1 ref={heading}>Everything is deleted</h1>
      <p>You are signed out everywhere, and within a minute nothing of yours is left here. Your drafts are still on this device.</p>
      <p>
        <Link to="/">To the front page</Link>
      </p>
    </div>
  );
}
