// A request as an attacker writes it: the path byte for byte, any header, any
// number of times. `fetch` would tidy all of that up.
import { type IncomingHttpHeaders, request } from "node:http";

export type RawAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  setCookies: string[];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
};

export type RawCall = {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** Sends the body in chunks, without saying how long it is. */
  isChunked?: boolean;
};

export function rawRequest(
  base: string,
  path: string,
  { method = "GET", headers = {}, body, isChunked = false }: RawCall = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const length: Record<string, string> =
    body === undefined || isChunked
      ? {}
      : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const sent = request(
      { hostname, port, path, method, agent: false, headers: { ...length, ...headers } },
      (response) => {
        isAnswered = true;
        const chunks: Buffer[] = [];
        const finish = () => resolve(answerOf(response, Buffer.concat(chunks)));
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", finish);
        // A refusal may come, and the connection go, before the body is sent.
        response.on("error", finish);
      },
    );
    sent.on("error", (error) => {
      if (!isAnswered) reject(error);
    });
    if (isChunked && body !== undefined) sent.write(body);
    sent.end(isChunked ? undefined : body);
  });
}

type Arrived = { statusCode?: number; headers: IncomingHttpHeaders };

function answerOf({ statusCode = 0, headers }: Arrived, body: Buffer): RawAnswer {
  const text = body.toString("utf8");
  return {
    status: statusCode,
    headers,
    setCookies: headers["set-cookie"] ?? [],
    text,
    json: parse(text),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All of an answer but its id, its date and the random part of its cookies. */
export function shape({ status, headers, setCookies, text, json }: RawAnswer) {
  const cookies = setCookies.map((line) =>
    line.replace(/=[^;]*/, "=").replace(/Expires=[^;]*/, "Expires"),
  );
  const plain = Object.entries(headers).filter(
    ([name]) => !["x-request-id", "date", "set-cookie", "ratelimit"].includes(name),
  );
  const body = text.replace(String(json?.requestId), "");
  return { status, plain, names: Object.keys(headers), cookies, body };
}
