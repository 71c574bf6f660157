// A soft bell: two partials that fade. Browsers allow sound only after a first key or touch, so the bell waits for one.

export interface Bell {
  /** `softly`: a minute before the end. */
  ring(softly?: boolean): void;
  close(): void;
}

const PARTIALS = [
  { hz: 523.25, gain: 0.12, seconds: 2.6 },
  { hz: 1318.5, gain: 0.035, seconds: 1.4 },
] as const;
const SOFT = [{ hz: 392, gain: 0.05, seconds: 1.8 }] as const;

export function makeBell(wanted: () => boolean): Bell {
  let context: AudioContext | null = null;
  const wake = () => {
    if (!("AudioContext" in window)) return;
    context ??= new AudioContext();
    if (context.state !== "running") void context.resume(); // a call or another app may have taken the sound away, too
  };
  addEventListener("pointerdown", wake);
  addEventListener("keydown", wake);
  return {
    ring(softly = false) {
      if (!context || !wanted()) return;
      const from = context.currentTime;
      for (const { hz, gain, seconds } of softly ? SOFT : PARTIALS) {
        const tone = new OscillatorNode(context, { frequency: hz });
        const level = new GainNode(context, { gain: 0 });
        level.gain.linearRampToValueAtTime(gain, from + 0.02);
        level.gain.exponentialRampToValueAtTime(0.0001, from + seconds);
        tone.connect(level).connect(context.destination);
        tone.start(from);
        tone.stop(from + seconds);
      }
    },
    close() {
      removeEventListener("pointerdown", wake);
      removeEventListener("keydown", wake);
      void context?.close();
    },
  };
}
