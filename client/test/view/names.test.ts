// Wherever the pages show what somebody is called, or what somebody called a thing, it keeps its direction to itself.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { parseSync } from "vite";
import { describe, expect, test } from "vitest";

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), "../../src");
/** Members that hold a name which somebody chose. */
const MEMBERS = new Set(["name", "title", "guest", "writer", "room_title", "file_name", "device"]);
/** Variables that always do; others where they are set to one. */
const VARIABLES = ["title", "guest", "writer"];
/** Functions that answer one. */
const NAMING = new Set(["place", "nameOf"]);
/** Attributes that are seen or heard. */
const SHOWN = new Set(["aria-label", "label", "question", "alt", "placeholder", "text"]);
/** Functions whose text is seen or heard. */
const SAYING = new Set(["announce", "say", "run", "tell"]);
/** Its titles are isolated by whoever gives them, so they are looked at there. */
const HOUSE = "view/house.tsx";

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
const parts = (node: Node): Node[] => Object.values(node).flat().filter(isNode);
const textOf = (value: unknown): string => (isNode(value) ? String(value.name ?? "") : "");

/** The last part of what is called: `api.say(…)` is "say". */
function calledBy({ callee }: Node): string {
  return isNode(callee) && callee.type === "MemberExpression" ? textOf(callee.property) : textOf(callee);
}

/** The names in an expression that nothing isolates. `known`: variables that hold one. */
function bare(node: Node, known: ReadonlySet<string>): Node[] {
  const within = (nodes: unknown[]) => nodes.flatMap((each) => bare(each as Node, known));
  switch (node.type) {
    case "JSXElement":
    case "JSXFragment":
    case "JSXAttribute":
    case "ArrowFunctionExpression":
      return []; // looked at by itself
    case "CallExpression":
      if (["isolated", "map"].includes(calledBy(node))) return []; // what stands in a map is looked at by itself
      return NAMING.has(calledBy(node)) ? [node] : within(parts(node));
    case "BinaryExpression":
      return node.operator === "+" ? within(parts(node)) : [];
    case "LogicalExpression":
      return within(node.operator === "&&" ? [node.right] : [node.left, node.right]);
    case "ConditionalExpression":
      return within([node.consequent, node.alternate]);
    case "MemberExpression":
      if (MEMBERS.has(textOf(node.property))) return [node];
      return textOf(node.object) ? [] : within([node.object]);
    case "Identifier":
      return known.has(textOf(node)) ? [node] : [];
    default:
      return within(parts(node));
  }
}

/** The variables of a file that are set to something with a name in it. */
function naming(node: Node): string[] {
  const below = parts(node).flatMap(naming);
  const isSet = node.type === "VariableDeclarator" && isNode(node.init) && textOf(node.id);
  return isSet && bare(node.init as Node, new Set(VARIABLES)).length ? [...below, textOf(node.id)] : below;
}

const expressions = (nodes: unknown): Node[] => (nodes as Node[]).filter((each) => each.type === "JSXExpressionContainer");

/** All that a file shows: what stands in elements but <bdi>, in attributes that are shown, in what is announced, in titles. */
function shown(node: Node): Node[] {
  const below = parts(node).flatMap(shown);
  switch (node.type) {
    case "JSXElement": {
      const { name, attributes } = node.openingElement as Node & { attributes: Node[] };
      if (textOf(name) === "bdi") return [];
      const isAuto = attributes.some((each) => textOf(each.name) === "dir" && (each.value as Node | null)?.value === "auto");
      const isTitled = /^(Page|Apology|[a-z].*)$/.test(textOf(name));
      const told = attributes.filter((each) => SHOWN.has(textOf(each.name)) || (isTitled && textOf(each.name) === "title"));
      return [...below, ...(isAuto ? [] : expressions(node.children)), ...told.map((each) => each.value).filter(isNode)];
    }
    case "JSXFragment":
      return [...below, ...expressions(node.children)];
    case "CallExpression":
      return SAYING.has(calledBy(node)) ? [...below, ...(node.arguments as Node[])] : below;
    case "AssignmentExpression":
      return isTold(node) ? [...below, node.right as Node] : below;
    default:
      return below;
  }
}

/** What is put together into a signal or the document's title is shown somewhere. */
function isTold({ left, right }: Node): boolean {
  return textOf((left as Node).property) === "title" || (right as Node).type === "TemplateLiteral";
}

function found(text: string, file = "a.tsx"): string[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length) throw new Error(errors[0]!.message);
  const whole = program as unknown as Node;
  const known = new Set([...naming(whole), ...(file === HOUSE ? [] : VARIABLES)]);
  const at = (node: Node) => `${text.slice(0, node.start).split("\n").length}: ${text.slice(node.start).split("\n")[0]}`;
  return shown(whole).flatMap((each) => bare(each, known)).map(at);
}

describe("a name that nothing isolates", () => {
  test("is found wherever it is shown", () => {
    const wrong = [
      "<p>{row.name}</p>",
      "<>{row.name || other}</>",
      "<p>{row.name && <b>{room.title}</b>}</p>",
      "<p aria-label={`Join ${room.title}`} />",
      "<Refusal text={`${each.name} is taken`} />",
      "<Page title={room?.title ?? 'A room'} />",
      "announce(`${each.guest} is here`)",
      "said.value = `${come.name} is in`",
      "document.title = title",
      "<Row label={`${place(session)}, today`} />",
      "const from = row.name; say({ text: `${from} cheers` });",
      "<li>{[place(session)].join()}</li>",
    ];
    for (const each of wrong) expect(found(each), each).toHaveLength(1);
  });

  test("is not found where it is isolated, compared, or no text", () => {
    const right = [
      "<bdi>{row.name}</bdi>",
      '<option dir="auto">{project.title}</option>',
      "<p aria-label={`Join ${isolated(room.title)}`} />",
      "<p>{row.name === other.name ? 'you' : 'they'}</p>",
      "<p>{row.name && 'somebody'}</p>",
      "<input name={name} value={row.name} />",
      "<p onClick={() => rename(row.name)}>{words(3)}</p>",
    ];
    for (const each of right) expect(found(each), each).toEqual([]);
  });
});

test("no page shows a name that nothing isolates", () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf-8" }).filter((each) => /\.tsx?$/.test(each));
  const all = files.flatMap((each) => found(readFileSync(join(SOURCE, each), "utf-8"), each).map((line) => `${each}:${line}`));
  expect(all).toEqual([]);
});
