// The HTTP calls about what keeps an account, and signing in by it. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import * as passkey from "./passkey";
import type {
  AuditListJson,
  ConfirmedJson,
  MeJson,
  NewRecoveryCodesJson,
  PasskeyJson,
  PasskeyOptionsJson,
  PasskeysJson,
  RecoveryCodesJson,
  SignInOptionsJson,
} from "./protocol";
import { CALLED } from "./refusal";

Object.assign(CALLED, { passkey: "The passkey", challenge: "What was asked", origin: "The page’s address" });

const at = (id: string): string => `/api/me/passkeys/${encodeURIComponent(id)}`;

export const passkeys = (): Promise<PasskeysJson> => call<PasskeysJson>("GET", "/api/me/passkeys");
export const renamePasskey = (id: string, name: string): Promise<PasskeysJson> => call<PasskeysJson>("PATCH", at(id), { name });
/** `last`: also where it is the last way back. */
export const removePasskey = (id: string, last: boolean): Promise<PasskeysJson> =>
  call<PasskeysJson>("DELETE", `${at(id)}?last=${last}`);

export async function addPasskey(): Promise<PasskeyJson> {
  const options = await call<PasskeyOptionsJson>("POST", "/api/me/passkeys/options");
  return call<PasskeyJson>("POST", "/api/me/passkeys", await passkey.make(options));
}

/** Shows anew who it is: what keeps the account may be changed for a while. */
export const confirm = (): Promise<ConfirmedJson> => answered<ConfirmedJson>("/api/session/confirm");
export const signInByPasskey = (): Promise<MeJson> => answered<MeJson>("/api/session/passkey");
export const signInByRecovery = (code: string): Promise<MeJson> => call<MeJson>("POST", "/api/session/recovery", { code });

async function answered<T>(path: string): Promise<T> {
  const options = await call<SignInOptionsJson>("POST", `${path}/options`);
  return call<T>("POST", path, await passkey.use(options));
}

export const recoveryCodes = (): Promise<RecoveryCodesJson> => call<RecoveryCodesJson>("GET", "/api/me/recovery");
export const makeRecoveryCodes = (): Promise<NewRecoveryCodesJson> => call<NewRecoveryCodesJson>("POST", "/api/me/recovery");
export const audit = (): Promise<AuditListJson> => call<AuditListJson>("GET", "/api/me/audit");
