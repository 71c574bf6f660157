// What leads to a history.

/** What is true now, in a sentence. */
export function keptBy(passkeys: number, codes: number): string {
  if (!passkeys && !codes) return "Nothing but this browser leads to your history. If its data is cleared, nobody can bring it back.";
  const ways = [
    passkeys === 0 ? "this browser" : passkeys === 1 ? "a passkey" : `${passkeys} passkeys`,
    ...(codes === 0 ? [] : [codes === 1 ? "one recovery code" : `${codes} recovery codes`]),
  ].join(" and ");
  const lead = passkeys < 2 && codes === 0 ? "leads" : "lead";
  return `${ways[0]!.toUpperCase()}${ways.slice(1)} ${lead} to your history.`;
}
