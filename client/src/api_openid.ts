// The HTTP calls about signing in by an OpenID provider. Apart from api.ts, which comes with the first load.
import { call, deviceZone } from "./api";
import type { IdentitiesJson, OpenIdAddressJson, OpenIdDoneJson, OpenIdJson } from "./protocol";
import { CALLED } from "./refusal";

Object.assign(CALLED, { state: "This sign-in", answer: "The provider’s answer", identity: "That account" });

export const provider = (): Promise<OpenIdJson> => call<OpenIdJson>("GET", "/api/session/openid");
export const identities = (): Promise<IdentitiesJson> => call<IdentitiesJson>("GET", "/api/me/identities");
/** `last`: also where it is the last way back. */
export const removeIdentity = (id: string, last: boolean): Promise<IdentitiesJson> =>
  call<IdentitiesJson>("DELETE", `/api/me/identities/${encodeURIComponent(id)}?last=${last}`);

/** Each leads away to the provider, which leads back to the page /in/openid; `to`: where one goes on from there. */
export const leaveToSignIn = (to: string): Promise<void> => leave("/api/session/openid", to);
export const leaveToConfirm = (to: string): Promise<void> => leave("/api/session/openid/confirm", to);
export const leaveToAdd = (to: string): Promise<void> => leave("/api/me/identities", to);

async function leave(path: string, to: string): Promise<void> {
  location.assign((await call<OpenIdAddressJson>("POST", path, { to })).url);
}

/** `said`: the query with which the provider led back. */
export function answer(said: URLSearchParams): Promise<OpenIdDoneJson> {
  const told = Object.fromEntries(["state", "code", "error", "iss"].map((each) => [each, said.get(each) ?? ""]));
  return call<OpenIdDoneJson>("POST", "/api/session/openid/answer", { ...told, zone: deviceZone() });
}

export const begin = (state: string, name: string): Promise<OpenIdDoneJson> =>
  call<OpenIdDoneJson>("POST", "/api/session/openid/name", { state, name, zone: deviceZone() });
