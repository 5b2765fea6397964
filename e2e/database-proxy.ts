// A wire between the application and PostgreSQL that can be cut, or fall silent.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export class DatabaseProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private isSilent = false;
  port = 0;
  private constructor(private readonly target: { host: string; port: number }) {}

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const { hostname, port } = new URL(databaseUrl);
    const proxy = new DatabaseProxy({ host: hostname, port: Number(port || 5432) });
    await proxy.restore();
    return proxy;
  }

  /** The same database, by way of this wire. */
  urlFor(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.hostname = "127.0.0.1";
    url.port = String(this.port);
    return url.href;
  }

  /** Connections break, and new ones are refused. */
  async cut(): Promise<void> {
    const closed = this.server && once(this.server, "close");
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Nothing breaks and nothing answers, as when a host vanishes from the network. */
  fallSilent(): void {
    this.isSilent = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** New connections work again; those that fell silent stay so. */
  async restore(): Promise<void> {
    this.isSilent = false;
    if (this.server?.listening) return;
    this.server = createServer((client) => this.join(client));
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    const address = this.server.address();
    if (address && typeof address === "object") this.port = address.port;
  }

  private join(client: Socket): void {
    this.keep(client);
    if (this.isSilent) return void client.pause();
    const server = this.keep(connect(this.target));
    client.pipe(server).pipe(client);
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on("error", () => {}).on("close", () => this.sockets.delete(socket));
    return socket;
  }
}
