// The front door: what this is, one way to begin, and the rooms that are open.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

import * as api from "../../api";
import type { NewRoomJson } from "../../protocol";
import { Refusal } from "../refusal";
import { go, Link } from "../router";
import { Page } from "../house";
import * as T from "../testids";
import { NameField, nameWrong, problemText } from "../name";
import { me } from "../who";
import { PublicRooms } from "./rooms";

type Visibility = NonNullable<NewRoomJson["visibility"]>;

const WHO_COMES: readonly [Visibility, string][] = [
  ["unlisted", "Anyone with the link"],
  ["public", "Anyone, and it is listed here"],
  ["private", "Only by invitation"],
];

function StartRoom() {
  const name = useRef<HTMLInputElement>(null);
  const title = useRef<HTMLInputElement>(null);
  const visibility = useRef<HTMLSelectElement>(null);
  const wrongName = useSignal("");
  const wrong = useSignal("");
  const busy = useSignal(false);
  const who = me.value;

  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy.value) return;
    const called = who?.name ?? name.current?.value.trim() ?? "";
    wrongName.value = who ? "" : nameWrong(called);
    wrong.value = "";
    if (wrongName.value) {
      name.current?.focus();
      return;
    }
    busy.value = true;
    try {
      if (!who) {
        try {
          me.value = await api.signIn(called);
        } catch (problem) {
          wrongName.value = problemText(problem);
          return;
        }
      }
      const room = await api.makeRoom({
        title: title.current?.value.trim() || `${called}’s room`,
        visibility: (visibility.current?.value ?? "unlisted") as Visibility,
      });
      go(`/r/${room.slug}`);
    } catch (problem) {
      wrong.value = problemText(problem);
      if (problem instanceof api.ApiProblem && problem.status === 401) me.value = null; // the session ended meanwhile
    } finally {
      busy.value = false;
    }
  };

  return (
    <form class="card stack" onSubmit={submit} noValidate aria-label="Start a room">
      {who ? (
        <p>
          Writing as <strong><bdi>{who.name}</bdi></strong>
        </p>
      ) : (
        <NameField input={name} wrong={wrongName.value} />
      )}
      <div class="pair">
        <div class="field">
          <label for="room-title">What the room is called (optional)</label>
          <input id="room-title" ref={title} data-testid={T.roomTitle} maxLength={320} autoComplete="off" />
        </div>
        <div class="field">
          <label for="room-visibility">Who can come</label>
          <select id="room-visibility" ref={visibility} data-testid={T.visibility}>
            {WHO_COMES.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Refusal text={wrong.value} />
      <div>
        <button class="button first" type="submit" data-testid={T.createRoom} aria-disabled={busy.value}>
          Start a room
        </button>
      </div>
      {who === null && (
        <p class="small">
          <Link to="/in" data-testid={T.hereBefore}>
            I have been here before
          </Link>
        </p>
      )}
    </form>
  );
}

export function LandingView({ rooms = <PublicRooms /> }: { rooms?: ComponentChildren }) {
  return (
    <Page title="Wordtide">
      <div class="stack">
        <h1>Write together for twenty minutes</h1>
        <p class="lead">
          Wordtide hosts writing sprints: one timer, everybody’s count live, and a text that never leaves your device.
        </p>
      </div>
      <StartRoom />
      <section class="stack" aria-labelledby="open-rooms">
        <h2 id="open-rooms">Open rooms</h2>
        {rooms}
      </section>
    </Page>
  );
}

export function Landing() {
  return <LandingView />;
}
