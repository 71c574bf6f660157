// The date of an instant, as the clocks here show it.
const form = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

export function dateOf(instant: string): string {
  return form.format(Date.parse(instant));
}
