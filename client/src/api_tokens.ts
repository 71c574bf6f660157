// The HTTP calls about personal tokens. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import type { MadeTokenJson, NewTokenJson, TokensJson } from "./protocol";

/** The last made first. */
export const tokens = (): Promise<TokensJson> => call<TokensJson>("GET", "/api/me/tokens");
/** The same `id` again: another secret, and the one of before is good no more. */
export const makeToken = (token: NewTokenJson): Promise<MadeTokenJson> => call<MadeTokenJson>("POST", "/api/me/tokens", token);
export const revokeToken = (id: string): Promise<TokensJson> =>
  call<TokensJson>("DELETE", `/api/me/tokens/${encodeURIComponent(id)}`);
