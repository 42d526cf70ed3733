// Stands for the editor in tests: remembers what the extension shows and runs, and answers as a test has arranged.

import * as path from "node:path";

type Listener<T> = (event: T) => unknown;

export class EventEmitter<T> {
  private listeners: Listener<T>[] = [];
  readonly event = (listener: Listener<T>) => {
    this.listeners.push(listener);
    return { dispose: () => void (this.listeners = this.listeners.filter((known) => known !== listener)) };
  };
  fire(event: T): void {
    this.listeners.forEach((listener) => listener(event));
  }
  /** Waits for whatever the listeners do. */
  async settle(event: T): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener(event)));
  }
  dispose(): void {
    this.listeners = [];
  }
}

export class Uri {
  constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}
  static file(fsPath: string): Uri {
    return new Uri("file", fsPath);
  }
  static parse(text: string): Uri {
    const [scheme = "", rest = ""] = text.split(/:(.*)/s);
    return new Uri(scheme, rest);
  }
  static from({ scheme, path }: { scheme: string; path: string }): Uri {
    return new Uri(scheme, path);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return this.scheme === "file" ? `file://${this.path}` : `${this.scheme}:${this.path}`;
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
  contains({ line, character }: Position): boolean {
    const behind = line > this.start.line || (line === this.start.line && character >= this.start.character);
    return behind && (line < this.end.line || (line === this.end.line && character <= this.end.character));
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ProgressLocation = { Window: 10 };

export class Document {
  readonly uri: Uri;
  constructor(file: string) {
    this.uri = Uri.file(file);
  }
  offsetAt({ line, character }: Position): number {
    return line * 1000 + character;
  }
}

interface Message {
  kind: "error" | "warning" | "info";
  text: string;
  choices: string[];
}

/** What the extension has done, and what tests arrange. */
export class World {
  settings: Record<string, unknown> = {};
  userSettings: Record<string, unknown> = {};
  isTrusted = true;
  folder: string | undefined = "/projects/space";
  files: string[] = [];
  documents: Document[] = [];
  editor: { document: Document; selection: { active: Position } } | undefined;
  diagnostics: unknown[] = [];
  messages: Message[] = [];
  /** What the user selects in the next messages. */
  choices: (string | undefined)[] = [];
  input: { answer: string | undefined; asked: Record<string, unknown>[] } = { answer: undefined, asked: [] };
  commands = new Map<string, (...args: unknown[]) => unknown>();
  executed: unknown[][] = [];
  opened: string[] = [];
  status = { text: "", tooltip: "", command: "", backgroundColor: undefined as ThemeColor | undefined, shown: false };
  providers = new Map<string, { provideTextDocumentContent(uri: Uri): string }>();
  watched: string[] = [];
  configurationChanged = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();
  trustGranted = new EventEmitter<void>();
  documentOpened = new EventEmitter<Document>();

  /** Changes a setting, as a user does. */
  async set(name: string, value: unknown): Promise<void> {
    this.settings[name] = value;
    const full = `conncert.${name}`;
    await this.configurationChanged.settle({ affectsConfiguration: (section) => full === section || full.startsWith(`${section}.`) });
  }
}

export let world = new World();

export function newWorld(): World {
  world = new World();
  return world;
}

function tell(kind: Message["kind"]) {
  return (text: string, ...choices: string[]) => {
    world.messages.push({ kind, text, choices });
    return Promise.resolve(world.choices.shift());
  };
}

export const window = {
  createStatusBarItem: () =>
    Object.assign(world.status, { show: () => void (world.status.shown = true), dispose: () => void (world.status.shown = false) }),
  createOutputChannel: () => ({ warn() {}, error() {}, show: () => void world.opened.push("output"), dispose() {} }),
  showErrorMessage: tell("error"),
  showWarningMessage: tell("warning"),
  showInformationMessage: tell("info"),
  showInputBox: (options: Record<string, unknown>) => {
    world.input.asked.push(options);
    return Promise.resolve(world.input.answer);
  },
  withProgress: (_: unknown, work: () => unknown) => work(),
  get activeTextEditor() {
    return world.editor;
  },
};

export const workspace = {
  getConfiguration: (section: string) => ({
    get: (name: string) => (section === "conncert" ? world.settings[name] : undefined),
    inspect: (name: string) => ({ globalValue: world.userSettings[name], workspaceValue: world.settings[name] }),
  }),
  get isTrusted() {
    return world.isTrusted;
  },
  get workspaceFolders() {
    return world.folder === undefined ? undefined : [{ uri: Uri.file(world.folder) }];
  },
  get textDocuments() {
    return world.documents;
  },
  findFiles: (glob: string) => {
    const names = /\{(.*)\}\.json$/.exec(glob)?.[1]?.split(",").map((name) => `${name}.json`) ?? [path.posix.basename(glob)];
    return Promise.resolve(world.files.filter((file) => names.includes(path.posix.basename(file))).map((file) => Uri.file(file)));
  },
  createFileSystemWatcher: (glob: string) => {
    world.watched.push(glob);
    return { dispose() {} };
  },
  registerTextDocumentContentProvider: (scheme: string, provider: { provideTextDocumentContent(uri: Uri): string }) => {
    world.providers.set(scheme, provider);
    return { dispose: () => void world.providers.delete(scheme) };
  },
  onDidChangeConfiguration: (listener: Listener<{ affectsConfiguration(section: string): boolean }>) => world.configurationChanged.event(listener),
  onDidGrantWorkspaceTrust: (listener: Listener<void>) => world.trustGranted.event(listener),
  onDidOpenTextDocument: (listener: Listener<Document>) => world.documentOpened.event(listener),
};

export const languages = {
  getDiagnostics: () => world.diagnostics,
  match: (selector: { scheme: string; pattern: string }[], document: Document) =>
    selector.some(({ scheme, pattern }) => scheme === document.uri.scheme && path.posix.basename(document.uri.fsPath) === path.posix.basename(pattern)) ? 10 : 0,
};

export const commands = {
  registerCommand: (name: string, run: (...args: unknown[]) => unknown) => {
    world.commands.set(name, run);
    return { dispose: () => void world.commands.delete(name) };
  },
  executeCommand: (...call: unknown[]) => {
    world.executed.push(call);
    return Promise.resolve(undefined);
  },
};

export const env = {
  openExternal: (uri: Uri) => {
    world.opened.push(uri.toString());
    return Promise.resolve(true);
  },
};
