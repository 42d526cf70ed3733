// What the user has set, as the server and the extension need it.

import * as os from "node:os";
import * as vscode from "vscode";

/** The section of the settings, and the name under which the server knows them. */
export const SECTION = "conncert";

/** What the server is told when it starts and whenever it changes. */
export interface ServerSettings {
  track: string;
  stage: string;
  config: string;
}

/** The settings of the server. All of them are always there: a missing one would leave an old value in force. */
export function serverSettings(): ServerSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    track: settings.get<string>("track") || "auto",
    stage: settings.get<string>("stage") || "auto",
    config: expanded(settings.get<string>("config") ?? ""),
  };
}

/** The program that the user names; empty when none is named. A workspace that is not trusted has no say in what is run. */
export function programSetting(): string {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const path = vscode.workspace.isTrusted ? settings.get<string>("path") : settings.inspect<string>("path")?.globalValue;
  return expanded(path ?? "");
}

/** The first folder of the workspace; relative paths start there. */
export function workspaceFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

function expanded(text: string): string {
  const home = text.trim().replace(/^~(?=$|[\\/])/, () => os.homedir());
  return home.replaceAll("${workspaceFolder}", () => workspaceFolder() ?? "");
}
