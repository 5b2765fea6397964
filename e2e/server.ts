// The production build as an operator runs it: one process a node, all over one
// database, and real mail over SMTP.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import pg from "pg";
import { cloneDatabase } from "../scripts/test-database.mjs";
import { Mailbox } from "./mailbox";

const root = path.resolve(import.meta.dirname, "..");
const next = path.join(root, "node_modules/next/dist/bin/next");

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (!address || typeof address === "string") throw new Error("no port");
  return address.port;
}

type Environment = Record<string, string | undefined>;
/** Settings of a test's own, where they depend on its database's address too. */
type Settings = Environment | ((databaseUrl: string) => Environment);

/** One server process. */
export class Node {
  /** Every line it wrote, in order. */
  readonly lines: string[] = [];
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** `cwd` is a folder with a build; the project's own unless told. */
  static async start(environment: Environment, port: number, cwd = root): Promise<Node> {
    const node = Node.launch(environment, port, cwd);
    await node.untilReady();
    return node;
  }

  /** Without waiting for it to serve: it may refuse to, or be unable to as yet. */
  static launch(environment: Environment, port: number, cwd = root): Node {
    const child = spawn(process.execPath, [next, "start", "--port", String(port)], {
      cwd,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        PORT: String(port),
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const node = new Node(`http://localhost:${port}`, child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        node.lines.push(...text.split("\n").filter(Boolean));
      });
    }
    return node;
  }

  /** Answers its exit code once it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  async untilReady(): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const answer = await fetch(`${this.url}/api/health/ready`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not start:\n${this.lines.join("\n")}`);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, "exit");
  }

  /** What a person on call would have to look at. */
  complaints(from = 0): string[] {
    return this.lines
      .slice(from)
      .filter((line) => /"level":"(error|fatal)"|⨯|Unhandled|Warning:/.test(line));
  }
}

/** A whole installation: a database, a mail server, and as many nodes as asked. */
export class Installation {
  readonly nodes: Node[] = [];
  private constructor(
    readonly url: string,
    readonly environment: Environment,
    readonly mailbox: Mailbox,
    readonly database: pg.Pool,
  ) {}

  /** `cwd` is a folder with a build; the project's own unless told. */
  static async start(
    name: string,
    over: Settings = {},
    cwd = root,
  ): Promise<Installation> {
    const databaseUrl = await cloneDatabase(name);
    const mailbox = await Mailbox.start();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const environment = {
      APP_URL: url,
      APP_SECRET: randomBytes(32).toString("base64url"),
      DATABASE_URL: databaseUrl,
      SMTP_URL: mailbox.url,
      MAIL_FROM: "Latchkey <no-reply@latchkey.example>",
      // Tests say where they come from; `serverWithoutProxy` is for those that lie.
      TRUSTED_PROXY_HOPS: "1",
      ...(typeof over === "function" ? over(databaseUrl) : over),
    };
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
    // The database may be taken away on purpose.
    pool.on("error", () => {});
    const installation = new Installation(url, environment, mailbox, pool);
    installation.nodes.push(await Node.start(environment, port, cwd));
    return installation;
  }

  get first(): Node {
    const [node] = this.nodes;
    if (!node) throw new Error("no node");
    return node;
  }

  /** Another process over the same database, for the same `APP_URL`. */
  async addNode(over: Environment = {}): Promise<Node> {
    const node = await Node.start({ ...this.environment, ...over }, await freePort());
    this.nodes.push(node);
    return node;
  }

  /** The first node once more, at its address, with these settings as well. */
  async restart(over: Environment): Promise<void> {
    await this.first.stop();
    const port = Number(new URL(this.url).port);
    this.nodes[0] = await Node.start({ ...this.environment, ...over }, port);
  }

  async sql<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.database.query<Row>(text, values)).rows;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.mailbox.stop();
    await this.database.end();
  }
}
