// What a personal token may, in a writer's words, and a first line to try it with.
import type { NewTokenJson, TokenJson } from "../../protocol";

export type Scope = NewTokenJson["scopes"][number];

/** For whoever ticks them, in the order in which they are offered. */
export const SCOPES: Readonly<Record<Scope, string>> = {
  "history:read": "Read your history, your streak, projects and goals",
  "history:write": "Add and change sessions, projects, goals and rest",
  "rooms:read": "See your rooms and their sprints",
  "rooms:write": "Open and join rooms, start sprints, count words in them",
  "profile:read": "Read your name and settings",
  "profile:write": "Change your name and settings",
};

const OF: readonly (readonly [area: string, called: string])[] = [
  ["history", "history"],
  ["rooms", "rooms"],
  ["profile", "name and settings"],
];

/** As "May read history; read and change rooms." */
export function may(scopes: TokenJson["scopes"]): string {
  const has = (area: string, what: string) => scopes.includes(`${area}:${what}` as Scope);
  const parts = OF.flatMap(([area, called]) => {
    const does = [has(area, "read") && "read", has(area, "write") && "change"].filter(Boolean);
    return does.length ? [`${does.join(" and ")} ${called}`] : [];
  });
  return `May ${parts.join("; ")}.`;
}

const LOOKS: readonly (readonly [Scope, string])[] = [
  ["history:read", "/api/me/streak"],
  ["profile:read", "/api/me"],
  ["rooms:read", "/api/rooms"],
];

/** A line for a shell that only looks; "" where the token may look at nothing. `origin`: as of location. */
export function example(scopes: TokenJson["scopes"], secret: string, origin: string): string {
  const path = LOOKS.find(([scope]) => scopes.includes(scope))?.[1];
  return path ? `curl -H "Authorization: Bearer ${secret}" ${origin}${path}` : "";
}
