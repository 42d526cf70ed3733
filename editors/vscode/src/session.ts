// The language server and the conversation with it: started, told of changed settings, restarted, stopped.

import * as vscode from "vscode";
import { LanguageClient, State, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { SELECTOR } from "./documents";
import { findProgram, surroundings } from "./program";
import { SECTION, programSetting, serverSettings, workspaceFolder } from "./settings";
import { Status } from "./status";

/** Files whose change on the disk the server hears of; own rules are TOML files of any name. */
const WATCHED = "**/{apiDefinition.json,apiDefinition.swagger.json,apiProperties.json,settings.json,icon.png,script.csx,*.md,*.toml}";
const INSTALL = "https://github.com/conncert/conncert/blob/main/docs/editors.md#vs-code";

/** One server at a time. */
export class Session implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private wanted = false;
  /** Starts and stops wait for each other: two at once would leave a server behind. */
  private queue: Promise<void> = Promise.resolve();
  private readonly output = vscode.window.createOutputChannel("conncert", { log: true });
  private readonly files = vscode.workspace.createFileSystemWatcher(WATCHED);

  constructor(private readonly status: Status) {}

  /** Starts the server the first time that it is wanted. A user who has been told why there is none is not told at every file. */
  start(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.wanted) {
        await this.open();
      }
    });
  }

  /** Looks for the program anew and starts it. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.close();
      await this.open();
    });
  }

  /** The same, unless nobody has wanted a server yet. */
  async programChanged(): Promise<void> {
    if (this.wanted) {
      await this.restart();
    }
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.close());
  }

  /** Tells the server what the user has set now. */
  async settingsChanged(): Promise<void> {
    if (this.client?.isRunning()) {
      await this.client.sendNotification("workspace/didChangeConfiguration", { settings: { [SECTION]: serverSettings() } });
    }
  }

  /** Has the server do something; starts it first where needed. `undefined` when there is no server: the user has been told. */
  async request<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    if (!this.isRunning) {
      await this.restart();
    }
    if (!this.client?.isRunning()) {
      return undefined;
    }
    return await this.client.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
  }

  get isRunning(): boolean {
    return this.client?.isRunning() ?? false;
  }

  dispose(): void {
    this.files.dispose();
    this.output.dispose();
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(step);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async open(): Promise<void> {
    this.wanted = true;
    const folder = workspaceFolder();
    const program = findProgram(programSetting(), surroundings(folder));
    if (!program.found) {
      this.status.show("missing");
      void this.tellMissing(program.named);
      return;
    }
    this.status.show("starting", program.path);
    const server: ServerOptions = { command: program.path, args: ["lsp"], ...(folder === undefined ? {} : { options: { cwd: folder } }) };
    const options: LanguageClientOptions = {
      documentSelector: SELECTOR,
      initializationOptions: serverSettings(),
      outputChannel: this.output,
      synchronize: { fileEvents: this.files },
    };
    const client = new LanguageClient(SECTION, "conncert", server, options);
    client.onDidChangeState(({ newState }) => {
      if (this.client === client) {
        this.status.show(newState === State.Running ? "running" : newState === State.Starting ? "starting" : "stopped", program.path);
      }
    });
    this.client = client;
    try {
      await client.start();
      this.status.show("running", program.path);
    } catch (error) {
      this.client = undefined;
      this.status.show("stopped", program.path);
      void this.tellFailed(program.path, error);
    }
  }

  private async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A server that has died already cannot be asked to end.
      this.output.warn(String(error));
    }
    this.status.show("stopped");
  }

  private async tellMissing(named: string | undefined): Promise<void> {
    const where = named === undefined ? "The conncert program was not found" : `There is no program ${named}, which conncert.path names`;
    const text = `${where}, so connectors are not checked. Install it with "cargo install --locked conncert", or set conncert.path to where it is.`;
    const choice = await vscode.window.showErrorMessage(text, "How to Install", "Open Settings", "Look Again");
    if (choice === "How to Install") {
      await vscode.env.openExternal(vscode.Uri.parse(INSTALL));
    } else if (choice === "Open Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "conncert.path");
    } else if (choice === "Look Again") {
      await this.restart();
    }
  }

  private async tellFailed(path: string, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    this.output.error(`${path} lsp: ${reason}`);
    const text = `conncert did not start, so connectors are not checked: ${reason}. An older version may not know "conncert lsp"; "cargo install --locked conncert" brings the newest.`;
    const choice = await vscode.window.showErrorMessage(text, "Show Output", "Try Again");
    if (choice === "Show Output") {
      this.output.show();
    } else if (choice === "Try Again") {
      await this.restart();
    }
  }
}
