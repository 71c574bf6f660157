// Passkeys in the browser: what it is asked for, and its answer as the server reads it.
import type { AssertionJson, KnownPasskeyJson, NewPasskeyJson, PasskeyOptionsJson, SignInOptionsJson } from "./protocol";

const TIMEOUT_MS = 300_000;
const MOST_TRANSPORTS = 6;
const AN_ADDRESS = /^(\d+\.\d+\.\d+\.\d+|\[.*\])$/;

/** Why this page can have none, as a sentence; "" where it can. `can`: whether the browser knows passkeys at all. */
export function hindrance(page: { hostname: string; port: string }, secure: boolean, can: boolean): string {
  const { hostname, port } = page;
  if (AN_ADDRESS.test(hostname)) {
    const here = hostname === "127.0.0.1" || hostname === "[::1]";
    const instead = here ? `http://localhost${port && `:${port}`}` : "Wordtide by its name, over https";
    return `Passkeys belong to a name, and ${hostname} is an address. Open ${instead}.`;
  }
  if (!secure) return "Passkeys need https, and this page came without it. Recovery codes and links work here.";
  if (!can) return "This browser has no passkeys. Recovery codes and links work in every browser.";
  return "";
}

export const here = (): string => hindrance(location, isSecureContext, typeof PublicKeyCredential === "function");

export function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

export function base64url(data: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(data), (each) => String.fromCharCode(each)).join("");
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const descriptors = (known: readonly KnownPasskeyJson[]): PublicKeyCredentialDescriptor[] =>
  known.map((each) => ({
    type: "public-key",
    id: bytes(each.credential),
    transports: each.transports as AuthenticatorTransport[],
  }));

/** Asks for a new passkey. Rejects with an Error whose message is fit for people. */
export async function make(options: PasskeyOptionsJson): Promise<NewPasskeyJson> {
  const user = { id: bytes(options.user_id), name: options.user_name, displayName: options.user_name };
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: bytes(options.challenge),
    rp: { id: options.rp_id, name: options.rp_name },
    user,
    pubKeyCredParams: options.algorithms.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: descriptors(options.known),
    authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
    attestation: "none",
    timeout: TIMEOUT_MS,
  };
  const made = await answered(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    challenge: options.id,
    credential: made.id,
    client_data: base64url(response.clientDataJSON),
    attestation: base64url(response.attestationObject),
    transports: (response.getTransports?.() ?? []).slice(0, MOST_TRANSPORTS),
  };
}

/** Asks for a signature by one of those that will do. Rejects as `make` does. */
export async function use(options: SignInOptionsJson): Promise<AssertionJson> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: bytes(options.challenge),
    rpId: options.rp_id,
    allowCredentials: descriptors(options.known),
    userVerification: "preferred",
    timeout: TIMEOUT_MS,
  };
  const used = await answered(() => navigator.credentials.get({ publicKey }));
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    challenge: options.id,
    credential: used.id,
    client_data: base64url(response.clientDataJSON),
    authenticator_data: base64url(response.authenticatorData),
    signature: base64url(response.signature),
  };
}

const SAID: Readonly<Record<string, string>> = {
  InvalidStateError: "This device has a passkey for this history already.",
  NotAllowedError: "No passkey was chosen. Nothing has changed; try again when you like.",
  SecurityError: "This page’s address cannot have passkeys. Open Wordtide by its name, over https.",
};

async function answered(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let found: Credential | null = null;
  try {
    found = await ask();
  } catch (problem) {
    const name = problem instanceof DOMException ? problem.name : "";
    throw new Error(SAID[name] ?? "The passkey did not answer. Try again, or use another one.");
  }
  if (!found) throw new Error(SAID.NotAllowedError);
  return found as PublicKeyCredential;
}
