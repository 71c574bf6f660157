// What is rare and awaits an answer: each command has an id, is sent again on a new line, and ends in an Outcome.

import { type Command, ERROR_TEXT, type ErrorMessage } from "./protocol";
import { randomId } from "./random";
import { sentence } from "./refusal";
import type { Outcome } from "./store";

const PATIENCE_MS = 15_000;

interface Pending {
  command: Command;
  settle(outcome: Outcome): void;
}

const failed = (code: number, text: string, field = "", rule = ""): Outcome => ({ ok: false, code, text, field, rule });

export class Commands {
  private readonly pending = new Map<number, Pending>();

  constructor(private readonly send: (command: Command) => boolean) {}

  /** Resolves always: with the server's answer, or after 15 s without one. */
  run(op: number, args: readonly unknown[]): Promise<Outcome> {
    const command: Command = { tag: 6, id: randomId(), op, args };
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        this.pending.delete(command.id);
        resolve(outcome);
      };
      const timer = setTimeout(
        () => settle(failed(0, "No answer from the server. Try again when the line is back.")),
        PATIENCE_MS,
      );
      this.pending.set(command.id, { command, settle });
      this.send(command);
    });
  }

  /** A new line: the answers to what was asked on the old one may be lost, and a repeat answers as before. */
  ready(): void {
    for (const { command } of this.pending.values()) this.send(command);
  }

  answered(id: number, code: number): void {
    const outcome: Outcome = code === 0 ? { ok: true } : failed(code, ERROR_TEXT[code] ?? "That was refused.");
    this.pending.get(id)?.settle(outcome);
  }

  /** An ERROR about a command. Whether it was one of mine. */
  refused(error: ErrorMessage): boolean {
    const pending = this.pending.get(error.ref);
    const { code, field, rule } = error;
    pending?.settle(failed(code, sentence(field, rule, ERROR_TEXT[code] ?? "That was refused."), field, rule));
    return pending !== undefined;
  }

  /** The room is closed to this client. */
  closed(code: number): void {
    for (const { settle } of [...this.pending.values()]) settle(failed(code, "The room is closed."));
  }
}
