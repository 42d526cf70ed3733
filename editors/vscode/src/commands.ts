// The commands of the palette. The server does the work under its own names, which the client library registers by itself.

import * as vscode from "vscode";
import { isKnown } from "./documents";
import { Explanations, ruleAt } from "./explanations";
import { Session } from "./session";

/** Registers them. */
export function registerCommands(session: Session, explanations: Explanations): vscode.Disposable[] {
  const register = (name: string, run: (...args: unknown[]) => Promise<void>) =>
    vscode.commands.registerCommand(`conncert.${name}`, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        await vscode.window.showErrorMessage(`conncert: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  return [
    register("restartServer", () => session.restart()),
    register("lintWorkspace", () => lintWorkspace(session)),
    register("fixFile", () => fixFile(session)),
    register("explainRule", (name) => explainRule(session, explanations, name)),
  ];
}

async function lintWorkspace(session: Session): Promise<void> {
  const work = () => session.request<unknown>("conncert.server.lintWorkspace");
  const title = "conncert checks all connectors of the workspace";
  const said = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work);
  if (!session.isRunning) {
    return;
  }
  const text = summary(said);
  if (text !== undefined) {
    void vscode.window.showInformationMessage(text);
  }
  await vscode.commands.executeCommand("workbench.actions.view.problems");
}

/** What the server counted, in words. */
function summary(said: unknown): string | undefined {
  const counts = typeof said === "object" && said !== null ? (said as Record<string, unknown>) : {};
  const words = (["connectors", "errors", "warnings", "infos"] as const).map((name) => {
    const count = counts[name];
    return typeof count === "number" ? `${count} ${count === 1 ? name.slice(0, -1) : name}` : undefined;
  });
  const [connectors, ...findings] = words;
  return words.includes(undefined) ? undefined : `conncert checked ${connectors}: ${findings.join(", ")}.`;
}

async function fixFile(session: Session): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !isKnown(document)) {
    await vscode.window.showInformationMessage("Open a file of a connector first, such as apiDefinition.json: that is what conncert repairs.");
    return;
  }
  const said = await session.request<unknown>("conncert.server.fixFile", document.uri.toString());
  if (typeof said === "string") {
    await vscode.window.showInformationMessage(said);
  }
}

async function explainRule(session: Session, explanations: Explanations, given: unknown): Promise<void> {
  const name = typeof given === "string" ? given : await ask();
  if (name === undefined || name.trim() === "") {
    return;
  }
  const text = await session.request<unknown>("conncert.server.explainRule", name.trim());
  if (!session.isRunning) {
    return;
  }
  if (typeof text !== "string") {
    await vscode.window.showWarningMessage(`conncert knows no rule, code or policy number called ${name.trim()}.`);
    return;
  }
  await vscode.commands.executeCommand("markdown.showPreview", explanations.keep(name.trim(), text));
}

async function ask(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const value = editor === undefined ? undefined : ruleAt(editor.document, editor.selection.active);
  return await vscode.window.showInputBox({
    title: "Explain a rule",
    prompt: "A rule, a code of the Swagger Validator or a policy number, as in a rejection mail",
    placeHolder: "parameter-summary-required, RequiredPropertyMissing or 5000.2.4.1",
    ...(value === undefined ? {} : { value }),
  });
}
