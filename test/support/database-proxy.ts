import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** Stands between a client and PostgreSQL, and does what networks and failing servers do. */
export class DatabaseProxy {
  private readonly pairs = new Set<Pair>();
  private silent = false;
  /** Connections that clients have made so far. */
  made = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (near) => this.accept(near));
  }

  static async start(connectionString: string): Promise<DatabaseProxy> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new DatabaseProxy(server, new URL(connectionString));
  }

  get connectionString(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Connections of clients that are open now. */
  get open(): number {
    return this.pairs.size;
  }

  /** Connections stay open, and nothing goes through any more; new ones are let in, and hear nothing. */
  freeze(): void {
    this.silent = true;
    for (const { near, far } of this.pairs) {
      near.unpipe(far).resume();
      far.unpipe(near).resume();
    }
  }

  /** New connections go through again; those that were frozen stay so. */
  thaw(): void {
    this.silent = false;
  }

  /** Ends every connection, as a firewall does. */
  cut(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.server.close(closed));
  }

  private accept(near: Socket): void {
    this.made += 1;
    const far = connect(Number(this.target.port), this.target.hostname);
    const pair = { near, far };
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    if (this.silent) {
      // What is not read is not noticed to end either.
      near.resume();
      return;
    }
    near.pipe(far);
    far.pipe(near);
  }
}
