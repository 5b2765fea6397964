// The form of a server action as React's own client writes it. React decodes a
// post before any code of ours runs and answers 500 to what it cannot read, so
// only its own handwriting gets that far. Does not check what the fields say.

const actionId = /^[0-9a-f]{42}$/;
/** The state that a form was last shown: an object of texts and of their maps. */
const maxDepth = 4;

/** `calledId` is the header of a call by script; a plain form names its action inside. */
export function isActionBody(form: FormData, calledId: string | null): boolean {
  if (calledId !== null) return isCall(form);
  const names = [...form.keys()].filter((name) => name.startsWith("$ACTION_REF_"));
  return names.every((name) => isReference(form, name.slice("$ACTION_REF_".length)));
}

/** `[state, form]` or `[form]`, where the form is the fields that begin with `_1_`. */
function isCall(form: FormData): boolean {
  const args = readJson(form, "0");
  return Array.isArray(args) && args.at(-1) === "$K1" && isPlain(args.slice(0, -1));
}

function isReference(form: FormData, number: string): boolean {
  const action = readJson(form, `$ACTION_${number}:0`) as
    | { id?: unknown; bound?: unknown }
    | null
    | undefined;
  const bound = readJson(form, `$ACTION_${number}:1`);
  return (
    typeof action?.id === "string" &&
    actionId.test(action.id) &&
    action.bound === "$@1" &&
    Array.isArray(bound) &&
    isPlain(bound)
  );
}

function readJson(form: FormData, name: string): unknown {
  const [value, ...others] = form.getAll(name);
  if (typeof value !== "string" || others.length > 0) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Values alone: in React's format a text that begins with `$` refers to something. */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return !/^\$(?!\$|undefined$)/.test(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === maxDepth || Object.hasOwn(value, "__proto__")) return false;
  return Object.values(value).every((inner) => isPlain(inner, depth + 1));
}
