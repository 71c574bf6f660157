// The HTTP calls about a writer's own history. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import type { HistoryJson, StreakJson } from "./protocol";

export const streak = (): Promise<StreakJson> => call<StreakJson>("GET", "/api/me/streak");

/** `from` and `to` are local days (2026-11-23), both included. */
export function history(from?: string, to?: string): Promise<HistoryJson> {
  const query = new URLSearchParams();
  if (from) query.set("from", from);
  if (to) query.set("to", to);
  const text = query.toString();
  return call<HistoryJson>("GET", `/api/me/history${text ? `?${text}` : ""}`);
}
