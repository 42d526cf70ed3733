// The entry in the status bar: whether connectors are being checked, and what to do when they are not.

import * as vscode from "vscode";

/** How the server is doing. */
export type State = "starting" | "running" | "stopped" | "missing";

const SHOWN: Record<State, { text: string; tooltip: string; command: string; isWarning: boolean }> = {
  starting: { text: "$(loading~spin) conncert", tooltip: "conncert is starting", command: "conncert.restartServer", isWarning: false },
  running: {
    text: "$(check) conncert",
    tooltip: "conncert checks connectors while you type. Select to check all of the workspace.",
    command: "conncert.lintWorkspace",
    isWarning: false,
  },
  stopped: {
    text: "$(warning) conncert",
    tooltip: "conncert has stopped, so connectors are not checked. Select to start it again.",
    command: "conncert.restartServer",
    isWarning: true,
  },
  missing: {
    text: "$(warning) conncert: not installed",
    tooltip: "The conncert program was not found, so connectors are not checked. Select to look for it again.",
    command: "conncert.restartServer",
    isWarning: true,
  },
};

/** Shows one state at a time. */
export class Status implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor() {
    this.item = vscode.window.createStatusBarItem("conncert.status", vscode.StatusBarAlignment.Right);
    this.item.name = "conncert";
  }

  show(state: State, detail?: string): void {
    const { text, tooltip, command, isWarning } = SHOWN[state];
    this.item.text = text;
    this.item.tooltip = detail === undefined ? tooltip : `${tooltip}\n${detail}`;
    this.item.command = command;
    this.item.backgroundColor = isWarning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
