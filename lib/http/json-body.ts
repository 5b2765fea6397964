// Reads a JSON body the way the contract says: the type and the length are
// refused before a byte is parsed, and a malformed one is named as such.
import { config } from "@/lib/config";
import { invalid, Refusal } from "@/lib/errors";

const { maxBytes } = config.body;

export async function readJsonBody(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(type)) {
    throw new Refusal("unsupported_media_type");
  }
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) {
    throw new Refusal("payload_too_large");
  }
  const bytes = await readBytes(request);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const isEncoding = error instanceof TypeError;
    throw invalid(
      "",
      isEncoding ? "The body is not UTF-8." : "The body is not valid JSON.",
    );
  }
}

/** A length that was not announced is counted as it arrives. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || !value) return Buffer.concat(chunks);
    length += value.byteLength;
    if (length > maxBytes) {
      await reader?.cancel();
      throw new Refusal("payload_too_large");
    }
    chunks.push(value);
  }
}
