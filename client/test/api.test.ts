import { afterEach, expect, test, vi } from "vitest";
import { ApiProblem, AWAY, publicRooms } from "../src/api";

const answers = (body: string | ReadableStream, init: ResponseInit): void =>
  void vi.stubGlobal("fetch", async () => new Response(body, init));
const of = (type: string, status = 200): ResponseInit => ({ status, headers: { "content-type": type } });
const breaksOff = (): ReadableStream => new ReadableStream({ start: (body) => body.error(new TypeError("terminated")) });

afterEach(() => void vi.unstubAllGlobals());

test.each<[string, string | ReadableStream, ResponseInit]>([
  ["a page of the network's own", "<!doctype html>", of("text/html")],
  ["one that breaks off", breaksOff(), of("application/json")],
  ["a refusal that breaks off", breaksOff(), of("application/problem+json", 409)],
])("an answer that cannot be read says what to do: %s", async (_, body, init) => {
  answers(body, init);
  await expect(publicRooms()).rejects.toEqual(new ApiProblem(AWAY));
});

test("a refusal says what the server said", async () => {
  const problem = { title: "Refused", detail: "The room is full.", status: 409, code: 104 };
  answers(JSON.stringify(problem), of("application/problem+json", 409));
  await expect(publicRooms()).rejects.toMatchObject({ message: "The room is full.", status: 409, code: 104 });
});
