// Calm while writing: after a key in the draft everything else fades; a pause, a pointer that moves or Escape brings it back.
import type { ReadonlySignal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const PAUSE_MS = 5_000;
const NUDGE_PX = 6;

export function useCalm(on: boolean, editor: { current: HTMLTextAreaElement | null }): ReadonlySignal<boolean> {
  const calm = useSignal(false);
  useEffect(() => {
    if (!on) return;
    let timer = 0;
    let at: { x: number; y: number } | null = null;
    let blind = false;
    const rouse = () => {
      clearTimeout(timer);
      calm.value = false;
    };
    const settle = (e: Event) => {
      if (e.target !== editor.current) return;
      calm.value = true;
      at = null;
      clearTimeout(timer);
      timer = window.setTimeout(rouse, PAUSE_MS);
    };
    // A layout that changes under a resting pointer fires pointermove too: only a real distance counts.
    const move = (e: PointerEvent) => {
      if (e.pointerType === "touch") return;
      at ??= { x: e.screenX, y: e.screenY };
      if (Math.abs(e.screenX - at.x) + Math.abs(e.screenY - at.y) > NUDGE_PX) rouse();
    };
    // A tap that ends the calm was not meant for a button that could not be seen. By the time of its click the button can
    // be: where the click lands is found out anew after the touch, so that no style that ends with the calm keeps it off.
    const press = (e: PointerEvent) => {
      const outside = e.target !== editor.current;
      blind = outside && calm.peek() && e.pointerType !== "mouse";
      if (outside) rouse();
    };
    const click = (e: MouseEvent) => {
      if (!blind) return;
      blind = false;
      e.preventDefault();
      e.stopPropagation();
    };
    const key = (e: KeyboardEvent) => {
      blind = false;
      if (e.key === "Escape") rouse();
    };
    const focus = (e: FocusEvent) => {
      if (e.target !== editor.current) rouse();
    };
    document.addEventListener("input", settle);
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerdown", press);
    document.addEventListener("click", click, true);
    document.addEventListener("keydown", key);
    document.addEventListener("focusin", focus);
    return () => {
      rouse();
      document.removeEventListener("input", settle);
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerdown", press);
      document.removeEventListener("click", click, true);
      document.removeEventListener("keydown", key);
      document.removeEventListener("focusin", focus);
    };
  }, [on]);
  return calm;
}
