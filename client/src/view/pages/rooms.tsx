// The public rooms that are open: on the landing page and in the directory.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../../api";
import { isolated } from "../../isolated";
import type { RoomJson } from "../../protocol";
import { writersOf } from "../format";
import { Link } from "../router";
import { Bones } from "../shell";
import * as T from "../testids";
import { problemText } from "../name";
import { goingOn } from "./going";

const REFRESH_MS = 20_000;

export function RoomList({ rooms }: { rooms: readonly RoomJson[] }) {
  if (!rooms.length) {
    return <p class="quiet">No public room is open just now. Start one, and it can be listed here.</p>;
  }
  return (
    <ul class="rooms">
      {rooms.map((room) => (
        <li key={room.slug} class="room-row" data-testid={T.publicRoom}>
          <div>
            <p>
              <strong>
                <bdi>{room.title}</bdi>
              </strong>
            </p>
            <p class="quiet small">
              {goingOn(room)} · {writersOf(room.writers)}
            </p>
          </div>
          <Link to={`/r/${room.slug}`} class="button" data-testid={T.publicJoin} aria-label={`Join ${isolated(room.title)}`}>
            Join
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function PublicRooms() {
  const rooms = useSignal<readonly RoomJson[] | null>(null);
  const wrong = useSignal("");
  useEffect(() => {
    let alive = true;
    const load = async () => {
      if (document.hidden && rooms.value) return;
      try {
        const answer = await api.publicRooms();
        if (!alive) return;
        rooms.value = answer.rooms;
        wrong.value = "";
      } catch (problem) {
        if (alive) wrong.value = problemText(problem);
      }
    };
    void load();
    const timer = setInterval(load, REFRESH_MS);
    return () => {
      alive = false;
      clearInterval(timer);
    };
  }, []);

  if (wrong.value && !rooms.value) return <p class="wrong">{wrong}</p>;
  return rooms.value ? <RoomList rooms={rooms.value} /> : <Bones lines={3} label="Loading the rooms" />;
}
