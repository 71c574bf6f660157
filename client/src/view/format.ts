// How numbers, times and days are said.

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const oneDecimal = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function number(n: number): string {
  return whole.format(n).replace("-", "−");
}

/** Words a minute, always with one decimal, so that columns of them line up. */
export function rate(n: number): string {
  return oneDecimal.format(n);
}

export function words(n: number): string {
  return `${number(n)} ${n === 1 ? "word" : "words"}`;
}

export function onDays(n: number): string {
  return `on ${number(n)} ${n === 1 ? "day" : "days"}`;
}

export function sessionsOf(n: number): string {
  return `${number(n)} ${n === 1 ? "session" : "sessions"}`;
}

export function signed(n: number): string {
  return n > 0 ? `+${number(n)}` : number(n);
}

export function writersOf(n: number): string {
  return `${number(n)} ${n === 1 ? "writer" : "writers"}`;
}

/** 1st, 2nd, 3rd, 4th, … */
export function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14;
  return number(n) + (teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
}

/** Seconds left of `ms`, as the timer shows them: 0:00 only at the very end. */
export function secondsLeft(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** m:ss, or h:mm:ss from an hour on. */
export function countdown(ms: number): string {
  const s = secondsLeft(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60);
  return minutes < 60 ? `${minutes}:${two(s % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}

/** "20 minutes", "60 seconds", "1 second"; for ears and sentences. In minutes from where rounding them hides little. */
export function span(ms: number): string {
  const s = secondsLeft(ms);
  return s < 100 ? `${s} ${s === 1 ? "second" : "seconds"}` : `${Math.round(s / 60)} minutes`;
}

export function minutesOf(m: number): string {
  const shown = m < 10 ? tenths.format(m) : whole.format(m);
  return `${shown} ${shown === "1" ? "minute" : "minutes"}`;
}
