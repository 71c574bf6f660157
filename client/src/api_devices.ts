// The HTTP calls about where somebody is signed in. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import type { DeviceLinkJson, DevicesJson, MeJson, SessionJson, SignInJson } from "./protocol";

export const devices = (): Promise<DevicesJson> => call<DevicesJson>("GET", "/api/me/devices");
export const signOut = (id: string): Promise<DevicesJson> =>
  call<DevicesJson>("DELETE", `/api/me/devices/${encodeURIComponent(id)}`);
export const signOutOthers = (): Promise<DevicesJson> => call<DevicesJson>("POST", "/api/me/devices/sign-out-others");
export const signOutHere = (): Promise<SessionJson> => call<SessionJson>("POST", "/api/session/end");
/** A code for another device; one of before is good no more. */
export const makeLink = (): Promise<DeviceLinkJson> => call<DeviceLinkJson>("POST", "/api/me/links");
/** By what stands after # in a link, or by a code as it was typed. */
export const signInBy = (code: string): Promise<MeJson> =>
  call<MeJson>("POST", "/api/session/link", { code } satisfies SignInJson);
