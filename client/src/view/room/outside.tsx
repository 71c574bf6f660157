// Before the door: the one field that lets one in, or why there is no way in.
import { isolated } from "../../isolated";
import type { RoomJson } from "../../protocol";
import { writersOf } from "../format";
import { Apology, Page } from "../house";
import { NameForm } from "../name";
import { goingOn } from "../pages/going";
import { address, Link } from "../router";
import * as T from "../testids";

interface EntryProps {
  room: RoomJson | null;
  /** Whoever was here has been signed out. */
  isOut: boolean;
  watch: (() => void) | null;
}

export function Entry({ room, isOut, watch }: EntryProps) {
  const { pathname, search } = address.value;
  const back = `/in?to=${encodeURIComponent(pathname + search)}`;
  return (
    <Page title={room ? isolated(room.title) : "A room"}>
      <div class="stack">
        <h1>
          <bdi>{room?.title ?? "You are invited"}</bdi>
        </h1>
        <p>
          {room ? `${goingOn(room)} · ${writersOf(room.writers)}. ` : "A private room. "}
          Everybody writes against one timer; your text stays on your device.
        </p>
      </div>
      {isOut && (
        <div class="stack">
          <p role="status" data-testid={T.signedOut}>
            You are signed out here. Your words are safe on this device.
          </p>
          <div>
            <Link to={back} class="button first">
              Sign in again
            </Link>
          </div>
        </div>
      )}
      <div class="card stack">
        {isOut && <p>Or write as somebody new:</p>}
        <NameForm button="Join" focus={!isOut} />
        <div class="row">
          {!isOut && (
            <Link to={back} class="button plain">
              I have been here before
            </Link>
          )}
          {watch && (
            <button type="button" class="button plain flush" data-testid={T.watchButton} onClick={watch}>
              Only watch
            </button>
          )}
        </div>
      </div>
    </Page>
  );
}

export function Gone() {
  return (
    <Page title="No such room">
      <Apology title="There is no such room" text="Check the link with whoever sent it: a private room opens only with all of it.">
        <Link to="/" class="button first">
          Start a room
        </Link>
        <Link to="/rooms" class="button">
          See the open rooms
        </Link>
      </Apology>
    </Page>
  );
}

export function Refused() {
  return (
    <Page title="A private room">
      <Apology title="This room is private" text="Ask whoever sent the link for one with an invitation in it.">
        <Link to="/rooms" class="button">
          See the open rooms
        </Link>
      </Apology>
    </Page>
  );
}

/** Nobody comes in under a name that may be taken for a host's. */
export function Misnamed({ watch }: { watch: (() => void) | null }) {
  return (
    <Page title="Another name">
      <Apology
        title="Your name looks like a host’s"
        text="So that nobody is taken for the host here, choose another name, and come back. If the host is you, sign in as them."
      >
        <Link to="/settings" class="button first">
          Change your name
        </Link>
        <Link to="/in" class="button">
          Sign in
        </Link>
        {watch && (
          <button type="button" class="button plain" data-testid={T.watchButton} onClick={watch}>
            Only watch
          </button>
        )}
      </Apology>
    </Page>
  );
}

/** The server is not within reach yet. */
export function Away() {
  return (
    <Page title="Wordtide">
      <p role="status">The server is out of reach. Trying again.</p>
    </Page>
  );
}
