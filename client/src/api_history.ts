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

/** Those that follow `before`, which an answer gave as `next`. Of all only those with `text` in what is said of them, and of `project`. */
export const sessions = (before: string, text: string, project = ""): Promise<SessionsJson> =>
  call<SessionsJson>("GET", `${SESSIONS}?${new URLSearchParams({ before, q: text, project, limit: "100" })}`);

export const addSession = (session: ManualSessionJson): Promise<HistorySessionJson> =>
  call<HistorySessionJson>("POST", SESSIONS, session);
export const changeSession = (id: string, change: ChangeSessionJson): Promise<HistorySessionJson> =>
  call<HistorySessionJson>("PATCH", `${SESSIONS}/${encodeURIComponent(id)}`, change);
