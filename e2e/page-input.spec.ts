// Whatever is sent to the pages and their actions: never a 500, nothing in the
// log as an error, and nothing done (`complaints` in fixtures.ts reads the log).

import { formType, multipart, plainForm, postAction, scriptForm } from "./actions";
import { newAddress } from "./api-client";
import { type Action, readBuild } from "./build";
import { expect, test } from "./fixtures";
import { type RawCall, rawRequest } from "./raw-request";

const { pages, actions } = readBuild();
const login = actions.find(({ name }) => name === "loginAction") as Action;
const mebibyte = "x".repeat(2 ** 20);
const unknownId = `7f${"0".repeat(40)}`;
const text = "text/plain;charset=UTF-8";

function send(appUrl: string, path: string, { headers, ...call }: RawCall = {}) {
  return rawRequest(appUrl, path, {
    ...call,
    headers: { origin: appUrl, "x-forwarded-for": newAddress(), ...headers },
  });
}

function post(appUrl: string, call: RawCall, path = "/login") {
  const headers = { "content-type": formType, ...call.headers };
  return send(appUrl, path, { method: "POST", ...call, headers });
}

const called = { "next-action": login.id };
const script = (args: string) => ({ headers: called, body: multipart({ "0": args }) });
const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
const refused: [string, number, RawCall][] = [
  [
    "a form without a boundary",
    415,
    { headers: { "content-type": "multipart/form-data" }, body: "x" },
  ],
  [
    "an empty boundary",
    400,
    { headers: { "content-type": "multipart/form-data; boundary=" }, body: "x" },
  ],
  [
    "a call without a boundary",
    415,
    { headers: { ...called, "content-type": "multipart/form-data" }, body: "x" },
  ],
  ["half a form", 400, { body: plainForm(login, {}).slice(0, -30) }],
  ["half a call", 400, { headers: called, body: scriptForm(login, {}).slice(0, -30) }],
  ["an empty form", 400, { body: "" }],
  ["an empty call", 400, { headers: called, body: "" }],
  ["bytes for a form", 400, { body: Buffer.from([0, 255, 254, 13, 10]) }],
  ["a mebibyte", 413, { body: mebibyte }],
  ["a mebibyte of unknown length", 413, { body: mebibyte, isChunked: true }],
  ["a form of unknown length", 413, { body: plainForm(login, {}), isChunked: true }],
  ["JSON", 415, { headers: { "content-type": "application/json" }, body: "{}" }],
  [
    "JSON for a call",
    415,
    { headers: { ...called, "content-type": "application/json" }, body: "[]" },
  ],
  ["text for a call", 415, { headers: { ...called, "content-type": text }, body: "[]" }],
  [
    "nonsense for a call",
    415,
    { headers: { ...called, "content-type": text }, body: "{" },
  ],
  [
    "a query for a form",
    415,
    { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "email=a" },
  ],
  ["no type", 415, { headers: { "content-type": "" }, body: "x" }],
  ["no arguments", 400, script("[]")],
  ["null for arguments", 400, script("null")],
  ["an object for arguments", 400, script("{}")],
  ["no form among the arguments", 400, script('[1,{"get":1}]')],
  ["a reference to nothing", 400, script('["$F2","$K1"]')],
  ["a promise that never comes", 400, script('["$@3","$K1"]')],
  ["a path into prototypes", 400, script('["$1:__proto__:constructor","$K1"]')],
  ["a prototype in the state", 400, script('[{"__proto__":{"x":1}},"$K1"]')],
  ["a blob", 400, script('[{"values":{"a":"$B5"}},"$K1"]')],
  ["bottomless arguments", 400, script(`[${deep},"$K1"]`)],
  ["broken arguments", 400, script('["$K1"')],
  ["a reference without an action", 400, { body: multipart({ $ACTION_REF_1: "" }) }],
  [
    "a reference to a broken action",
    400,
    { body: multipart({ $ACTION_REF_1: "", "$ACTION_1:0": "{" }) },
  ],
  [
    "an action with no state",
    400,
    {
      body: multipart({
        $ACTION_REF_1: "",
        "$ACTION_1:0": JSON.stringify({ id: login.id, bound: "$@1" }),
      }),
    },
  ],
  [
    "an action bound to a function",
    400,
    {
      body: multipart({
        $ACTION_REF_1: "",
        "$ACTION_1:0": JSON.stringify({ id: login.id, bound: "$@1" }),
        "$ACTION_1:1": '["$F9"]',
      }),
    },
  ],
  ["a form for no action", 400, { body: multipart({ email: "a@example.com" }) }],
  [
    "an unknown action",
    409,
    { headers: { "next-action": unknownId }, body: scriptForm(login, {}) },
  ],
  [
    "an action named __proto__",
    400,
    { headers: { "next-action": "__proto__" }, body: scriptForm(login, {}) },
  ],
  [
    "an unknown action in a form",
    409,
    { body: multipart({ [`$ACTION_ID_${unknownId}`]: "" }) },
  ],
  [
    "an action named constructor in a form",
    400,
    { body: multipart({ $ACTION_ID_constructor: "" }) },
  ],
];

test("K05 a post that no form of ours sends is refused and reaches no action", async ({
  app,
}) => {
  for (const [what, status, { headers = {}, ...call }] of refused) {
    const answer = await post(app.url, { ...call, headers });
    expect(answer.status, what).toBe(status);
    expect(answer.headers["x-request-id"], what).toMatch(/^[\w-]{8,64}$/);
    // A new browser gets its device cookie wherever Next itself refuses.
    expect(answer.setCookies.join(), what).not.toMatch(/access|refresh|pending/);
  }
});

test("K05 an action that is given something else for its form answers as for an empty one", async ({
  app,
}) => {
  for (const action of actions) {
    const bodies = [
      multipart({ [`$ACTION_ID_${action.id}`]: "" }),
      plainForm({ ...action, name: "any" }, {}),
      multipart({
        $ACTION_REF_1: "",
        "$ACTION_1:0": JSON.stringify({ id: action.id, bound: "$@1" }),
        "$ACTION_1:1": '[1,{"get":"x"},[]]',
      }),
    ];
    for (const body of bodies) {
      const { status } = await post(app.url, { body }, action.page);
      expect([200, 303, 307], `${action.name} ${status}`).toContain(status);
    }
  }
});

test("K05 an action answers on its own page alone, and never under our own address", async ({
  app,
}) => {
  const before = await app.sql("SELECT count(*) FROM audit_event");
  const fields = { email: "nobody@example.com", password: "wrong but long enough" };
  for (const page of ["/signup", "/", "/nowhere"]) {
    const answer = await postAction(app.url, { ...login, page }, fields);
    expect([page, answer.status]).toEqual([page, 409]);
  }
  expect(await app.sql("SELECT count(*) FROM audit_event")).toEqual(before);
});

test("K05 a field that comes twice or as a file is refused by every action", async ({
  app,
}) => {
  const twice = multipart([
    ["_1_email", "a@example.com"],
    ["_1_email", "b@example.com"],
    ["_1_password", "x"],
    ["0", '[{"status":"idle"},"$K1"]'],
  ]);
  const file = scriptForm(login, { email: "a@example.com", password: "x" }).replace(
    'name="_1_password"',
    'name="_1_password"; filename="x"\r\nContent-Type: text/plain',
  );
  for (const body of [twice, file]) {
    const answer = await post(app.url, { headers: called, body });
    expect(answer.text).toContain("Please check what you entered.");
  }
});

test("L03 PUT, PATCH and DELETE are nothing that a page takes", async ({ app }) => {
  for (const page of pages) {
    for (const method of ["PUT", "PATCH", "DELETE"]) {
      const call = { method, headers: { "content-type": formType }, body: multipart({}) };
      const answer = await send(app.url, page, call);
      expect([answer.status, answer.json?.code], page).toEqual([
        405,
        "method_not_allowed",
      ]);
    }
    for (const method of ["TRACE", "PROPFIND", "OPTIONS"]) {
      const { status } = await send(app.url, page, { method });
      expect([400, 404], `${method} ${page}`).toContain(status);
    }
  }
});
