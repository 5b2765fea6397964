// What a forger might send in the place of a passkey's answer: any value in any of
// its fields, fields cut short or left out, and the bits that were signed, altered.
import fc from "fast-check";
import { type ApiClient, newAddress } from "./api-client";
import { expect } from "./fixtures";
import { ceremonies, type Holder, newAuthenticator } from "./passwordless-api";
import type { Installation } from "./server";

export type Ceremony = keyof typeof ceremonies;
type Fields = Record<string, unknown>;
export type PasskeyAnswer = { response: Fields } & Fields;

// Its signatures are bare: those of ES256 can be written in more than one way.
export const algorithm = "EdDSA";
const envelope = ["id", "rawId", "type", "response"];
const signed = ["clientDataJSON", "authenticatorData", "signature"];
const signedIn: Record<Ceremony, string[]> = {
  signIn: [...signed, "userHandle"],
  // It may be absent here: we said whom we ask.
  stepUp: signed,
  registration: ["clientDataJSON", "attestationObject"],
};
/** What a creation signs is the last of its object (WebAuthn §6.1, §6.5.1). */
const attestedBytes = 37 + 16 + 2 + 16 + 42;

/** From an address of its own, so that no limit answers in the place of the code. */
export const postFromAnywhere = (client: ApiClient, path: string, body: unknown) =>
  client.post(path, body, { headers: { "x-forwarded-for": newAddress() } });

/** What both a forger and the right browser begin with. */
export async function answerIn(
  app: Installation,
  client: ApiClient,
  { authenticator }: Pick<Holder, "authenticator">,
  ceremony: Ceremony,
): Promise<PasskeyAnswer> {
  const path = ceremonies[ceremony].options;
  const { status, json, text } = await postFromAnywhere(client, path, {});
  expect(status, text).toBe(200);
  if (ceremony !== "registration") return plain(authenticator.get(json));
  const fresh = newAuthenticator(app, { algorithm });
  return plain(fresh.create(json, { format: "packed" }));
}

/** As JSON has it. */
const plain = (answer: object) => answer as PasskeyAnswer;

const cborHead = (first: number) => Buffer.from([first, 0xff, 0xff, 0xff, 0xff, 0xff]);
/** Bytes that parsers of JSON and of CBOR have stumbled over. */
const trickyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.uint8Array({ minLength: 3000, maxLength: 3072 }),
  // Nested as deeply as the field is long, and of a length that is not there.
  fc
    .constantFrom(0x81, 0xa1, 0xd8, 0x9f, 0xbf, 0x5f, 0x5b)
    .map((b) => Buffer.alloc(3000, b)),
  fc.constantFrom(0x9a, 0xba, 0x5a, 0x7a, 0x9b, 0xbb, 0x5b).map(cborHead),
  fc.jsonValue().map((json) => Buffer.from(JSON.stringify(json))),
  fc.constantFrom("[", '{"a":', '"').map((text) => Buffer.from(text.repeat(900))),
);
export const anyValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    { not: "" },
    { contains: "A" },
    [],
    ["A"],
    "",
    "\0",
    "A".repeat(20_000),
  ),
  trickyBytes.map((bytes) => Buffer.from(bytes).toString("base64url")),
);

export type Change =
  | { kind: "value"; field: number; value: unknown }
  | { kind: "gone"; field: number }
  | { kind: "bit" | "cut"; field: number; at: number };
export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("value" as const), field: fc.nat(), value: anyValue }),
  fc.record({ kind: fc.constant("gone" as const), field: fc.nat() }),
  fc.record({
    kind: fc.constantFrom("bit" as const, "cut" as const),
    field: fc.nat(),
    at: fc.nat(),
  }),
);

export function alter(
  answer: PasskeyAnswer,
  ceremony: Ceremony,
  how: Change,
): PasskeyAnswer {
  const inner = signedIn[ceremony];
  const pick = (from: string[]) => from[how.field % from.length] ?? "";
  if (how.kind === "gone" || how.kind === "value") {
    const value = how.kind === "value" ? how.value : undefined;
    return withField(answer, pick([...envelope, ...inner]), value);
  }
  const name = pick(inner);
  const bytes = Buffer.from(String(answer.response[name]), "base64url");
  const altered = how.kind === "bit" ? flip(name, bytes, how.at) : cut(bytes, how.at);
  return withField(answer, name, altered.toString("base64url"));
}

function withField(answer: PasskeyAnswer, name: string, value: unknown): PasskeyAnswer {
  if (!(name in answer.response)) return { ...answer, [name]: value } as PasskeyAnswer;
  return { ...answer, response: { ...answer.response, [name]: value } };
}

function flip(name: string, bytes: Buffer, at: number): Buffer {
  const first = name === "attestationObject" ? bytes.length - attestedBytes : 0;
  const bit = first * 8 + (at % ((bytes.length - first) * 8));
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes;
}

const cut = (bytes: Buffer, at: number) => bytes.subarray(0, at % bytes.length);
