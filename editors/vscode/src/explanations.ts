// Explanations of rules, shown as documents that exist nowhere on the disk.

import * as vscode from "vscode";

export const SCHEME = "conncert-rule";

/** Keeps the explanations that were asked for, so that their documents can be opened again. */
export class Explanations implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "Ask for this explanation again: run the command \"conncert: Explain a Rule, Code or Policy Number\".";
  }

  /** Keeps an explanation; gives the document that shows it. */
  keep(name: string, markdown: string): vscode.Uri {
    // A name is typed by a person: only what is safe in a path stays.
    const file = name.replace(/[^A-Za-z0-9._-]+/g, "-");
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${file}.md` });
    this.texts.set(uri.path, markdown);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** The rule of the finding under the cursor: the one with the smallest range there. */
export function ruleAt(document: vscode.TextDocument, position: vscode.Position): string | undefined {
  const length = (range: vscode.Range) => document.offsetAt(range.end) - document.offsetAt(range.start);
  const here = vscode.languages.getDiagnostics(document.uri).filter(({ source, range }) => source === "conncert" && range.contains(position));
  const codes = here.sort((one, other) => length(one.range) - length(other.range)).map(({ code }) => (typeof code === "object" ? code.value : code));
  const code = codes.find((code) => code !== undefined);
  return code === undefined ? undefined : String(code);
}
