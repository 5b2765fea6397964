// A browser's own calls, or a native client's, without a browser: cookies are
// kept as a browser keeps them, and every header can be forged.

export const chrome =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined when it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
};

type Call = {
  headers?: Record<string, string>;
  body?: unknown;
  raw?: BodyInit;
  base?: string;
};

// Each worker has an installation of its own, so counting makes them unique.
let addresses = 0;

/** An address nobody else uses, so that limits of other tests are not felt. */
export function newAddress(): string {
  addresses += 1;
  return `198.51.${(addresses >> 8) & 255}.${addresses & 255}`;
}

export class ApiClient {
  readonly cookies = new Map<string, string>();
  accessToken: string | undefined;
  constructor(
    readonly appUrl: string,
    readonly address = newAddress(),
    readonly kind: "browser" | "native" = "browser",
  ) {}

  get(path: string, call: Call = {}): Promise<Answer> {
    return this.call("GET", path, call);
  }

  post(path: string, body: unknown = {}, call: Call = {}): Promise<Answer> {
    return this.call("POST", path, { body, ...call });
  }

  delete(path: string, call: Call = {}): Promise<Answer> {
    return this.call("DELETE", path, call);
  }

  async call(
    method: string,
    path: string,
    { headers, body, raw, base }: Call = {},
  ): Promise<Answer> {
    const isUnsafe = method !== "GET" && method !== "HEAD";
    const sent = new Headers({ "user-agent": chrome, "x-forwarded-for": this.address });
    if (this.kind === "native") sent.set("x-client", "native");
    if (this.kind === "native" && this.accessToken) {
      sent.set("authorization", `Bearer ${this.accessToken}`);
    }
    if (this.kind === "browser" && isUnsafe) sent.set("origin", this.appUrl);
    if (body !== undefined || raw !== undefined)
      sent.set("content-type", "application/json");
    if (this.kind === "browser" && this.cookies.size > 0)
      sent.set("cookie", this.cookieHeader);
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (value === "") sent.delete(name);
      else sent.set(name, value);
    }
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch((base ?? this.appUrl) + path, {
      method,
      headers: sent,
      body: payload,
      redirect: "manual",
    });
    this.keep(response.headers);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: parse(text),
    };
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  private keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const name = pair.slice(0, pair.indexOf("="));
      const value = pair.slice(pair.indexOf("=") + 1);
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
  }

  /** The same browser, once more: an attacker's copy, or a second tab. */
  copy(): ApiClient {
    const twin = new ApiClient(this.appUrl, this.address, this.kind);
    for (const [name, value] of this.cookies) twin.cookies.set(name, value);
    twin.accessToken = this.accessToken;
    return twin;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
