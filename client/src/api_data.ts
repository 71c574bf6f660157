// The HTTP calls about what comes into a history from elsewhere and goes out of it. Apart from api.ts, which comes with the first load.
import { ApiProblem, ask, AWAY, call, read } from "./api";
import type {
  CalendarJson,
  DeleteMeJson,
  ImportJson,
  ImportPreviewJson,
  ImportProgressJson,
  ImportsJson,
  NewCalendarJson,
  SessionJson,
} from "./protocol";

/** How a file is read; what is not said is found from it. `project`: of the rows that name none. */
export interface Reading {
  dates?: "dmy" | "mdy";
  counts?: "daily" | "totals";
  project?: string;
}

function upload(path: string, file: Blob, said: object, signal: AbortSignal): Promise<Response> {
  const query = new URLSearchParams(Object.entries(said).filter(([, value]) => value) as [string, string][]);
  return ask(`${path}?${query}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    credentials: "same-origin",
    body: file,
    signal,
  });
}

/** What an import of this file would do. */
export async function previewImport(file: Blob, reading: Reading, signal: AbortSignal): Promise<ImportPreviewJson> {
  return read<ImportPreviewJson>(await upload("/api/me/imports/preview", file, reading, signal));
}

/** Imports it and tells how far it is. Answers null where nothing in it was new. The same `id` again does no harm. */
export async function runImport(
  file: Blob,
  said: Reading & { id: string; name: string },
  signal: AbortSignal,
  tell: (progress: ImportProgressJson) => void,
): Promise<ImportJson | null> {
  const answer = await upload("/api/me/imports", file, said, signal);
  let last: ImportProgressJson | undefined;
  try {
    for await (const line of linesOf(answer)) {
      last = JSON.parse(line) as ImportProgressJson;
      tell(last);
    }
  } catch {
    throw new ApiProblem(AWAY);
  }
  if (last?.problem) throw new ApiProblem(last.problem);
  if (last?.result || last?.of === 0) return last.result ?? null;
  throw new ApiProblem(AWAY);
}

async function* linesOf(answer: Response): AsyncGenerator<string> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

export const calendar = (): Promise<CalendarJson> => call<CalendarJson>("GET", "/api/me/calendar");
/** A new address; one of before leads nowhere then. */
export const makeCalendar = (): Promise<NewCalendarJson> => call<NewCalendarJson>("POST", "/api/me/calendar");
export const revokeCalendar = (): Promise<CalendarJson> => call<CalendarJson>("DELETE", "/api/me/calendar");

export const imports = (): Promise<ImportsJson> => call<ImportsJson>("GET", "/api/me/imports");
export const undoImport = (id: string): Promise<ImportsJson> =>
  call<ImportsJson>("DELETE", `/api/me/imports/${encodeURIComponent(id)}`);

/** `confirm`: the writer's own name. */
export const deleteMe = (confirm: string): Promise<SessionJson> =>
  call<SessionJson>("POST", "/api/me/delete", { confirm } satisfies DeleteMeJson);
