// The HTTP calls about rest that is booked ahead.
import { call } from "./api";
import type { NewRestJson, RestJson, RestsJson } from "./protocol";
import { randomKey } from "./random";

export const rests = (): Promise<RestsJson> => call<RestsJson>("GET", "/api/me/rests");

/** Both days are included, and local days (2026-11-23). */
export const bookRest = (first: string, last: string): Promise<RestJson> =>
  call<RestJson>("POST", "/api/me/rests", { id: randomKey(), first, last } satisfies NewRestJson);

/** As far as it has not begun; what stands then. */
export const cancelRest = (id: string): Promise<RestsJson> => call<RestsJson>("DELETE", `/api/me/rests/${id}`);
