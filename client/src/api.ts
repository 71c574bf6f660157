// The HTTP calls that the first pages make, typed, and how any is made; a refusal becomes an ApiProblem that names the field and the rule.

import type {
  ChangeMeJson,
  MeJson,
  NewRoomJson,
  NewSessionJson,
  ProblemJson,
  RoomJson,
  RoomsJson,
  SessionJson,
  SprintWithBoardJson,
  WritersJson,
} from "./protocol";
import { randomKey } from "./random";
import { sentence } from "./refusal";

/** `status` 0: the server was not reached. `message` is fit for people. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: number;
  readonly field: string;
  readonly rule: string;

  constructor(problem: ProblemJson) {
    super(sentence(problem.field ?? "", problem.rule ?? "", problem.detail || problem.title));
    this.name = "ApiProblem";
    this.status = problem.status;
    this.code = problem.code;
    this.field = problem.field ?? "";
    this.rule = problem.rule ?? "";
  }
}

export const AWAY: ProblemJson = {
  title: "The server is not within reach. Check the connection and try again.",
  status: 0,
  code: 0,
};

async function problemOf(response: Response): Promise<ApiProblem> {
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/problem+json")) {
    return new ApiProblem(await read<ProblemJson>(response));
  }
  return new ApiProblem({ title: `The server answered ${response.status}.`, status: response.status, code: 0 });
}

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  const request: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  if (method === "POST") headers["idempotency-key"] = randomKey();
  const response = await ask(path, request);
  return response.status === 204 ? (undefined as T) : read<T>(response);
}

/** Its JSON. What breaks off, or comes from something in between (the page of a network that asks to sign in), is no answer. */
export async function read<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiProblem(AWAY);
  }
}

/** An event of the window: a request was refused because nobody is signed in. */
export const SIGNED_OUT = "wordtide:signed-out";

/** The answer to a request that went well; else an ApiProblem. */
export async function ask(path: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new ApiProblem(AWAY);
  }
  if (!response.ok) {
    if (response.status === 401) dispatchEvent(new Event(SIGNED_OUT));
    throw await problemOf(response);
  }
  return response;
}

const at = (slug: string): string => `/api/rooms/${encodeURIComponent(slug)}`;

/** Null where nobody has given a name in this browser yet. */
export async function me(): Promise<MeJson | null> {
  return (await call<SessionJson>("GET", "/api/session")).me;
}

export const signIn = (name: string): Promise<MeJson> =>
  call<MeJson>("POST", "/api/session", { name, zone: deviceZone() } satisfies NewSessionJson);
export const changeMe = (change: ChangeMeJson): Promise<MeJson> => call<MeJson>("PATCH", "/api/me", change);
export const makeRoom = (room: NewRoomJson): Promise<RoomJson> => call<RoomJson>("POST", "/api/rooms", room);
export const publicRooms = (): Promise<RoomsJson> => call<RoomsJson>("GET", "/api/rooms");
export const room = (slug: string): Promise<RoomJson> => call<RoomJson>("GET", at(slug));
export const joinRoom = (slug: string, invite = ""): Promise<RoomJson> =>
  call<RoomJson>("POST", `${at(slug)}/join`, { invite });
/** With the first so many of its board, and my own place. */
export const sprint = (slug: string, id: number, first: number): Promise<SprintWithBoardJson> =>
  call<SprintWithBoardJson>("GET", `/api/sprints/${id}?first=${first}&room=${slug}`);
/** Those after a slot, a page of them, whose names hold `name`. */
export const writers = (slug: string, after: number, name: string): Promise<WritersJson> =>
  call<WritersJson>("GET", `${at(slug)}/writers?${new URLSearchParams({ after: `${after}`, name })}`);

/** The device's IANA zone, for the first session and for asking whether a zone should change. */
export function deviceZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
