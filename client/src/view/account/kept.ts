// What leads to a history.
import { isolated } from "../../isolated";

/** What is true now, in a sentence. `provider`: at which the writer has an account that lets them in; null: at none. */
export function keptBy(passkeys: number, codes: number, provider: string | null): string {
  const ways = [
    ...(passkeys === 0 ? [] : [passkeys === 1 ? "a passkey" : `${passkeys} passkeys`]),
    ...(provider === null ? [] : [`your account at ${isolated(provider)}`]),
    ...(codes === 0 ? [] : [codes === 1 ? "one recovery code" : `${codes} recovery codes`]),
  ];
  if (!ways.length) return "Nothing but this browser leads to your history. If its data is cleared, nobody can bring it back.";
  if (!passkeys && provider === null) ways.unshift("this browser");
  const text = new Intl.ListFormat("en-GB").format(ways);
  return `${text[0]!.toUpperCase()}${text.slice(1)} ${ways.length === 1 && passkeys < 2 ? "leads" : "lead"} to your history.`;
}
