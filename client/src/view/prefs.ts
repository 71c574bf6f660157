// What is remembered for this device only: the theme and the sound. Storage may be refused; then it lasts for the visit.
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A private window may refuse; the choice then holds until the page is closed.
  }
}

const kept = read("wordtide.theme");

export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "system");
export const sound = signal(read("wordtide.sound") !== "off");

export function applyPrefs(): void {
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    keep("wordtide.theme", theme.value);
  });
  effect(() => keep("wordtide.sound", sound.value ? "on" : "off"));
}
