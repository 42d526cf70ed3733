// The files that conncert looks at. The server decides which of them belong to a connector.

import * as vscode from "vscode";

/** The files by name. README and INTRO are written in any case by people, and patterns know case. */
const NAMES = [
  "apiDefinition.json",
  "apiDefinition.swagger.json",
  "apiProperties.json",
  "settings.json",
  "script.csx",
  "README.md",
  "readme.md",
  "Readme.md",
  "README.MD",
  "INTRO.md",
  "intro.md",
  "Intro.md",
  "INTRO.MD",
  "conncert.toml",
];

/** What the server is told about. */
export const SELECTOR = NAMES.map((name) => ({ scheme: "file", pattern: `**/${name}` }));

/** The files from which on a folder is a connector, or is set up for some. */
const SIGNS = "**/{apiDefinition,apiDefinition.swagger,apiProperties}.json";
const SIGN = /[\\/](apiDefinition(\.swagger)?\.json|apiProperties\.json|conncert\.toml)$/i;

/** Whether there is anything to check in the workspace. */
export async function workspaceHasConnectors(): Promise<boolean> {
  const found = await Promise.all([SIGNS, "**/conncert.toml"].map((glob) => vscode.workspace.findFiles(glob, "**/node_modules/**", 1)));
  return found.some((files) => files.length > 0) || vscode.workspace.textDocuments.some(isSign);
}

/** Whether a document shows that there is a connector. */
export function isSign(document: vscode.TextDocument): boolean {
  return document.uri.scheme === "file" && SIGN.test(document.uri.fsPath);
}

/** Whether the server knows of a document. */
export function isKnown(document: vscode.TextDocument): boolean {
  return vscode.languages.match(SELECTOR, document) > 0;
}
