// What a person reads of a refusal: the server names a field and its rule, here they become a sentence.

/** Fields that a person fills in, as the page calls them. What comes after the first load adds its own. */
export const CALLED: Record<string, string> = {
  name: "A name",
  title: "A room’s name",
  zone: "The time zone",
  minutes: "A round’s length",
  starts_at: "The start",
  file: "The file",
  code: "The code",
};

/** `otherwise`: the text where no rule was told. */
export function sentence(field: string, rule: string, otherwise: string): string {
  if (!rule) return otherwise;
  const said = `${CALLED[field] ?? field} ${rule}`.trim();
  return said[0]!.toUpperCase() + said.slice(1) + (/[.?]$/.test(said) ? "" : ".");
}
