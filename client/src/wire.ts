// Bytes <-> message, by the tables of protocol.ts.

import { pack, type Packable, unpack } from "./packed";
import { CLIENT_FIELDS, type ClientMessage, SERVER_FIELDS, type ServerMessage } from "./protocol";

/** Fields left out at the end take the server's defaults; one left out before a given one is refused there. */
export function encode(message: ClientMessage): Uint8Array {
  const named = message as unknown as Record<string, Packable | undefined>;
  const values = (CLIENT_FIELDS[message.tag] ?? []).map((field) => named[field]);
  while (values.length > 0 && values[values.length - 1] === undefined) values.pop();
  return pack([message.tag, ...values.map((value) => value ?? null)]);
}

/** What the server said; null for what is not known here, which a newer server may say. */
export function decode(data: Uint8Array): ServerMessage | null {
  const value = read(data);
  if (!Array.isArray(value)) return null;
  const [tag, ...values] = value as [number, ...unknown[]];
  const fields = SERVER_FIELDS[tag];
  if (fields === undefined) return null;
  const message: Record<string, unknown> = { tag };
  fields.forEach((field, index) => {
    message[field] = values[index];
  });
  return message as unknown as ServerMessage;
}

function read(data: Uint8Array): unknown {
  try {
    return unpack(data);
  } catch {
    return null;
  }
}
