// Passkeys at the edge: the JSON forms of WebAuthn Level 3 (§5.1.8) as they come in,
// and the handle of a ceremony on its way out and back. What an authenticator has
// signed is for `lib/auth/passkey` to judge; here only shapes and sizes are.
import { z } from "zod";
import { config } from "@/lib/config";
import type { ApiCall } from "@/lib/http/api-route";
import { clearCeremony, writeCeremony } from "@/lib/http/cookies";

const words = "This is not what a browser answers.";
const base64url = (max: number) =>
  z
    .string(words)
    .max(max, words)
    .regex(/^[\w-]+$/, words);

/** At most 1023 bytes (§4). */
const credentialId = base64url(1364);
const known = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];
const attachments = ["platform", "cross-platform"] as const;

const credential = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key", words),
  authenticatorAttachment: z.enum(attachments).optional().catch(undefined),
  /** We ask for no extension, so nothing in it is ours to read. */
  clientExtensionResults: z.unknown().transform(() => ({})),
};

export const attestationResponse = z.object(
  {
    ...credential,
    response: z.object(
      {
        clientDataJSON: base64url(8192),
        attestationObject: base64url(16_384),
        /** A hint for later, so nothing is refused for its sake. */
        transports: z
          .array(z.unknown())
          .max(16)
          .catch([])
          .transform((given) => known.filter((name) => given.includes(name))),
      },
      words,
    ),
  },
  words,
);

export const assertionResponse = z.object(
  {
    ...credential,
    response: z.object(
      {
        clientDataJSON: base64url(8192),
        authenticatorData: base64url(4096),
        signature: base64url(4096),
        /** 64 bytes at most (§4); absent, or empty, where we said whom we ask. */
        userHandle: base64url(86)
          .or(z.literal(""))
          .nullish()
          .transform((given) => given || undefined),
      },
      words,
    ),
  },
  words,
);

/** The same in a form, whose fields are text. */
export function inForm<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string(words)
    .max(config.body.maxBytes, words)
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: words });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

type Begun = { options: object; handle: string };
type Call = Pick<ApiCall<unknown>, "client" | "cookies" | "jar">;

/** Options for the browser, which keeps the handle in a cookie. */
export function answerOptions({ client, jar }: Call, begun: Begun): Response {
  const { options, handle } = begun;
  if (client.channel === "native") {
    return Response.json({ ...options, ceremonyToken: handle });
  }
  writeCeremony(jar, handle, config.challenge.passkey);
  return Response.json(options);
}

/** Of an API call; it is used up with this, whatever comes of it. */
export function takeHandle(call: ApiCall<unknown>): string | null {
  if (call.client.channel === "native") {
    return call.request.headers.get("x-ceremony-token");
  }
  clearCeremony(call.jar);
  return call.cookies.ceremony;
}
