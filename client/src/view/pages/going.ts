// What goes on in a room, in words.
import type { RoomJson } from "../../protocol";
import { span } from "../format";

/** The answer's own `now` is used, so that the device's clock does not matter. */
export function goingOn(room: RoomJson): string {
  const s = room.sprint;
  if (!s) return "Not started yet";
  const now = Date.parse(s.now);
  switch (s.phase) {
    case "countdown":
      return `Begins in ${span(Date.parse(s.starts_at) - now)}`;
    case "writing":
      return `Writing, ${span(Date.parse(s.ends_at) - now)} left`;
    case "reporting":
      return "Counts are coming in";
    default:
      return "Between rounds";
  }
}
