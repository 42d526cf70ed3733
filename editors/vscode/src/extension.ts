// Where the editor begins and ends: joins settings, server and commands.

import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { isSign, workspaceHasConnectors } from "./documents";
import { Explanations, SCHEME } from "./explanations";
import { Session } from "./session";
import { SECTION } from "./settings";
import { Status } from "./status";

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const status = new Status();
  const current = new Session(status);
  session = current;
  const explanations = new Explanations();
  context.subscriptions.push(
    status,
    current,
    explanations,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, explanations),
    ...registerCommands(current, explanations),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration(`${SECTION}.path`)) {
        await current.programChanged();
      } else if (["track", "stage", "config"].some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) {
        await current.settingsChanged();
      }
    }),
    // What the workspace names counts from now on.
    vscode.workspace.onDidGrantWorkspaceTrust(() => current.programChanged()),
    vscode.workspace.onDidOpenTextDocument(async (document) => {
      if (isSign(document)) {
        await current.start();
      }
    }),
  );
  // Any JSON file wakes the extension; the server waits for a connector.
  if (await workspaceHasConnectors()) {
    await current.start();
  }
}

export async function deactivate(): Promise<void> {
  await session?.stop();
  session = undefined;
}
