// Stands for the client library in tests: remembers how servers are started and what they are sent.

import { EventEmitter } from "./fake-vscode";

export enum State {
  Stopped = 1,
  Running = 2,
  Starting = 3,
}

/** Every client that was made, the newest last. */
export let clients: LanguageClient[] = [];
/** Why the next servers do not start. */
export let failure: Error | undefined;
/** What servers answer to commands. */
export let answers: Record<string, unknown> = {};

export function reset(): void {
  clients = [];
  failure = undefined;
  answers = {};
}

export function arrange(given: { failure?: Error; answers?: Record<string, unknown> }): void {
  failure = given.failure;
  answers = given.answers ?? answers;
}

export class LanguageClient {
  state = State.Stopped;
  disposed = false;
  readonly sent: { method: string; params: unknown }[] = [];
  private readonly changed = new EventEmitter<{ oldState: State; newState: State }>();
  readonly onDidChangeState = this.changed.event;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly server: { command: string; args: string[]; transport?: unknown; options?: { cwd: string } },
    readonly options: { initializationOptions: unknown; documentSelector: { scheme: string; pattern: string }[] },
  ) {
    clients.push(this);
  }

  isRunning(): boolean {
    return this.state === State.Running;
  }

  become(newState: State): void {
    const oldState = this.state;
    this.state = newState;
    this.changed.fire({ oldState, newState });
  }

  async start(): Promise<void> {
    this.become(State.Starting);
    await Promise.resolve();
    if (failure !== undefined) {
      this.become(State.Stopped);
      throw failure;
    }
    this.become(State.Running);
  }

  async dispose(): Promise<void> {
    await Promise.resolve();
    this.disposed = true;
    this.become(State.Stopped);
  }

  async sendNotification(method: string, params: unknown): Promise<void> {
    await Promise.resolve();
    this.sent.push({ method, params });
  }

  async sendRequest(method: string, params: { command: string }): Promise<unknown> {
    await Promise.resolve();
    this.sent.push({ method, params });
    const answer = answers[params.command];
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  }
}
