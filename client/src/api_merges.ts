// The HTTP calls about histories that met in one browser. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import type { GuestLinkJson, MergeJson, MergesJson } from "./protocol";

const at = (id: string): string => `/api/me/merges/${encodeURIComponent(id)}`;

export const merges = (): Promise<MergesJson> => call<MergesJson>("GET", "/api/me/merges");
/** Bring the guest's history into mine. */
export const bring = (id: string): Promise<MergeJson> => call<MergeJson>("POST", at(id));
/** Two histories again. */
export const part = (id: string): Promise<MergeJson> => call<MergeJson>("POST", `${at(id)}/undo`);
/** A link that opens the guest's own history, once. */
export const guestLink = (id: string): Promise<GuestLinkJson> => call<GuestLinkJson>("POST", `${at(id)}/link`);
