// The HTTP calls about a writer's own history. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import type {
  ChangeSessionJson,
  HistoryJson,
  HistorySessionJson,
  ManualSessionJson,
  OverviewJson,
  SessionsJson,
  YearJson,
} from "./protocol";

const SESSIONS = "/api/me/sessions";

/** All that the page of a history shows at first. */
export const overview = (): Promise<OverviewJson> => call<OverviewJson>("GET", "/api/me/overview");
export const year = (year: number): Promise<YearJson> => call<YearJson>("GET", `/api/me/years/${year}`);

/** One local day (2026-11-23). */
export const day = (day: string): Promise<HistoryJson> =>
  call<HistoryJson>("GET", `/api/me/history?${new URLSearchParams({ from: day, to: day })}`);

export interface Wanted {
  /** Those that follow it: an answer gave it as `next`. */
  before?: string;
  /** Only those with it in what is said of them. */
  q?: string;
  project?: string;
  /** Those that were removed, instead of those that are there. */
  removed?: "true";
}

export const sessions = (wanted: Wanted): Promise<SessionsJson> =>
  call<SessionsJson>("GET", `${SESSIONS}?${new URLSearchParams({ limit: "100", ...wanted })}`);

export const addSession = (session: ManualSessionJson): Promise<HistorySessionJson> =>
  call<HistorySessionJson>("POST", SESSIONS, session);
export const changeSession = (id: string, change: ChangeSessionJson): Promise<HistorySessionJson> =>
  call<HistorySessionJson>("PATCH", `${SESSIONS}/${encodeURIComponent(id)}`, change);
