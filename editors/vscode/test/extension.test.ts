// The extension as a user meets it: what is started, said and shown.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { activate, deactivate } from "../src/extension";
import { answers, arrange, clients, reset, State } from "./fake-client";
import { Document, newWorld, Position, Range, Uri, world, type World } from "./fake-vscode";

let folder: string;
let program: string;
let kept: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "conncert-"));
  program = path.join(folder, process.platform === "win32" ? "conncert.exe" : "conncert");
  fs.writeFileSync(program, "", { mode: 0o755 });
  kept = { ...process.env };
  process.env["PATH"] = folder;
  process.env["CARGO_HOME"] = path.join(folder, "cargo");
  newWorld();
  reset();
});

afterEach(async () => {
  await deactivate();
  process.env = kept;
  fs.rmSync(folder, { recursive: true });
});

/** Activates the extension in a workspace with a connector. */
async function start(change: (world: World) => void = () => {}): Promise<void> {
  world.files = ["/projects/space/contoso/apiDefinition.json"];
  change(world);
  await activate({ subscriptions: [] } as never);
  await quiet();
}

/** Until nothing is under way any more. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function open(file: string, line = 0, character = 0): void {
  world.editor = { document: new Document(file), selection: { active: new Position(line, character) } };
}

async function run(command: string, ...args: unknown[]): Promise<void> {
  const known = world.commands.get(command);
  assert.ok(known, `${command} is registered`);
  await known(...args);
  await quiet();
}

const newest = () => clients.at(-1) ?? assert.fail("no server was started");

test("the server is started over standard input and output, without an argument that names them", async () => {
  await start();
  assert.deepEqual(newest().server, { command: program, args: ["lsp"], options: { cwd: "/projects/space" } });
  assert.equal(newest().id, "conncert");
  assert.equal(world.status.text, "$(check) conncert");
  assert.equal(world.status.command, "conncert.lintWorkspace");
  assert.ok(world.status.shown);
});

test("settings become initialization options, with a value for each", async () => {
  await start();
  assert.deepEqual(newest().options.initializationOptions, { track: "auto", stage: "auto", config: "" });
  await deactivate();
  await start((world) => (world.settings = { track: "independent", stage: "pull-request", config: "${workspaceFolder}/conncert.toml" }));
  assert.deepEqual(newest().options.initializationOptions, { track: "independent", stage: "pull-request", config: "/projects/space/conncert.toml" });
});

test("changed settings are sent to the running server, and a changed path starts another one", async () => {
  await start();
  await world.set("track", "custom");
  const settings = { conncert: { track: "custom", stage: "auto", config: "" } };
  assert.deepEqual(newest().sent, [{ method: "workspace/didChangeConfiguration", params: { settings } }]);
  assert.equal(clients.length, 1);
  const other = path.join(folder, path.basename(program).replace("conncert", "conncert-next"));
  fs.writeFileSync(other, "", { mode: 0o755 });
  await world.set("path", other);
  await quiet();
  assert.deepEqual([clients.length, clients[0]?.disposed, newest().server.command], [2, true, other]);
});

test("a missing program is explained with what to do, once", async () => {
  fs.rmSync(program);
  await start();
  assert.equal(clients.length, 0);
  assert.equal(world.messages.length, 1);
  const [message] = world.messages;
  assert.equal(message?.kind, "error");
  assert.match(message?.text ?? "", /cargo install --locked conncert/);
  assert.match(message?.text ?? "", /conncert\.path/);
  assert.equal(world.status.text, "$(warning) conncert: not installed");
  assert.equal(world.status.backgroundColor?.id, "statusBarItem.warningBackground");
  await world.documentOpened.settle(new Document("/projects/space/contoso/apiProperties.json"));
  assert.equal(world.messages.length, 1);
});

test("the message about a missing program leads on", async () => {
  fs.rmSync(program);
  await start((world) => (world.choices = ["How to Install"]));
  assert.match(world.opened[0] ?? "", /^https:.*docs\/editors\.md/);
  world.choices = ["Open Settings"];
  await run("conncert.restartServer");
  assert.deepEqual(world.executed, [["workbench.action.openSettings", "conncert.path"]]);
  world.choices = [undefined];
  await run("conncert.restartServer");
  fs.writeFileSync(program, "", { mode: 0o755 });
  await run("conncert.restartServer");
  assert.equal(world.status.text, "$(check) conncert");
});

test("a program that the user names and that is not there is named in the message", async () => {
  await start((world) => (world.settings["path"] = "/opt/old/conncert"));
  assert.equal(clients.length, 0);
  assert.match(world.messages[0]?.text ?? "", /no program \/opt\/old\/conncert, which conncert\.path names/);
});

test("a program that is no language server is explained, and can be tried again", async () => {
  arrange({ failure: new Error("the server ended") });
  await start();
  assert.match(world.messages[0]?.text ?? "", /did not start.*the server ended.*cargo install/s);
  assert.equal(world.status.text, "$(warning) conncert");
  arrange({});
  await run("conncert.restartServer");
  assert.equal(world.status.text, "$(check) conncert");
});

test("a workspace that is not trusted has no say in what is run", async () => {
  const untrusted = (world: World) => {
    world.isTrusted = false;
    world.settings["path"] = "/projects/space/evil";
  };
  await start(untrusted);
  assert.equal(newest().server.command, program);
  await deactivate();
  await start((world) => {
    untrusted(world);
    world.userSettings["path"] = program;
  });
  assert.equal(newest().server.command, program);
  world.isTrusted = true;
  await world.trustGranted.settle();
  await quiet();
  assert.match(world.messages.at(-1)?.text ?? "", /\/projects\/space\/evil/);
});

test("without a connector nothing is started, until one is opened", async () => {
  await start((world) => (world.files = []));
  assert.equal(clients.length, 0);
  assert.ok(!world.status.shown);
  await world.documentOpened.settle(new Document("/elsewhere/package.json"));
  await world.set("path", program);
  assert.equal(clients.length, 0);
  await world.documentOpened.settle(new Document("/elsewhere/apiDefinition.swagger.json"));
  assert.equal(clients.length, 1);
});

test("the status shows a server that has died", async () => {
  await start();
  newest().become(State.Stopped);
  assert.deepEqual([world.status.text, world.status.command], ["$(warning) conncert", "conncert.restartServer"]);
});

test("restarting leaves one server, however often it is asked for", async () => {
  await start();
  await Promise.all([run("conncert.restartServer"), run("conncert.restartServer")]);
  assert.equal(clients.filter((client) => !client.disposed).length, 1);
  await deactivate();
  assert.equal(clients.filter((client) => !client.disposed).length, 0);
});

test("the workspace is checked by the server, and the problems are counted and shown", async () => {
  await start();
  arrange({ answers: { "conncert.server.lintWorkspace": { connectors: 1, errors: 14, warnings: 1, infos: 0 } } });
  await run("conncert.lintWorkspace");
  assert.deepEqual(newest().sent, [{ method: "workspace/executeCommand", params: { command: "conncert.server.lintWorkspace", arguments: [] } }]);
  assert.deepEqual(world.executed, [["workbench.actions.view.problems"]]);
  assert.deepEqual(world.messages.map(({ text }) => text), ["conncert checked 1 connector: 14 errors, 1 warning, 0 infos."]);
});

test("a command without a server says why, and shows nothing", async () => {
  fs.rmSync(program);
  await start((world) => (world.files = []));
  await run("conncert.lintWorkspace");
  assert.match(world.messages[0]?.text ?? "", /was not found/);
  assert.deepEqual(world.executed, []);
});

test("the open file is repaired when it is one of a connector", async () => {
  await start();
  open("/projects/space/contoso/README.md");
  await run("conncert.fixFile");
  const params = { command: "conncert.server.fixFile", arguments: ["file:///projects/space/contoso/README.md"] };
  assert.deepEqual(newest().sent, [{ method: "workspace/executeCommand", params }]);
  open("/projects/space/index.ts");
  await run("conncert.fixFile");
  world.editor = undefined;
  await run("conncert.fixFile");
  assert.equal(newest().sent.length, 1);
  assert.deepEqual(world.messages.map(({ kind }) => kind), ["info", "info"]);
});

test("what the server refuses is told", async () => {
  await start();
  arrange({ answers: { "conncert.server.fixFile": new Error("the file has changed meanwhile") } });
  open("/projects/space/contoso/apiDefinition.json");
  await run("conncert.fixFile");
  assert.deepEqual(world.messages.map(({ kind, text }) => [kind, text]), [["error", "conncert: the file has changed meanwhile"]]);
});

test("a rule is explained in a preview; the one under the cursor is proposed", async () => {
  await start();
  const range = (...[line, from, to]: [number, number, number]) => new Range(new Position(line, from), new Position(line, to));
  world.diagnostics = [
    { source: "json", code: "far-more-precise", range: range(3, 8, 9) },
    { source: "conncert", code: { value: "title-length", target: Uri.parse("https://x") }, range: range(3, 0, 40) },
    { source: "conncert", code: "title-restricted-words", range: range(3, 6, 12) },
    { source: "conncert", code: "tag-duplicate", range: range(9, 0, 40) },
  ];
  open("/projects/space/contoso/apiDefinition.json", 3, 8);
  world.input.answer = " 5000.2.2.1 ";
  arrange({ answers: { ...answers, "conncert.server.explainRule": "# Titles" } });
  await run("conncert.explainRule");
  assert.equal(world.input.asked[0]?.["value"], "title-restricted-words");
  const params = { command: "conncert.server.explainRule", arguments: ["5000.2.2.1"] };
  assert.deepEqual(newest().sent, [{ method: "workspace/executeCommand", params }]);
  const [call] = world.executed;
  assert.equal(call?.[0], "markdown.showPreview");
  const uri = call?.[1] as Uri;
  assert.equal(uri.toString(), "conncert-rule:/5000.2.2.1.md");
  assert.equal(world.providers.get("conncert-rule")?.provideTextDocumentContent(uri), "# Titles");
});

test("a finding with a linked code names its rule, and a name may be given by whoever runs the command", async () => {
  await start();
  const range = new Range(new Position(0, 0), new Position(0, 4));
  world.diagnostics = [{ source: "conncert", code: { value: "title-length", target: Uri.parse("https://x") }, range }];
  open("/projects/space/contoso/apiDefinition.json");
  await run("conncert.explainRule");
  assert.equal(world.input.asked[0]?.["value"], "title-length");
  assert.deepEqual([newest().sent, world.executed], [[], []], "nothing was entered");
  arrange({ answers: { "conncert.server.explainRule": "# Tags" } });
  await run("conncert.explainRule", "../tag duplicate");
  assert.equal(world.input.asked.length, 1);
  assert.equal(String(world.executed[0]?.[1]), "conncert-rule:/..-tag-duplicate.md");
});

test("a name that is no rule is answered with a word", async () => {
  await start();
  arrange({ answers: { "conncert.server.explainRule": null } });
  world.input.answer = "no-such-rule";
  await run("conncert.explainRule");
  assert.deepEqual(world.messages.map(({ kind, text }) => [kind, text]), [["warning", "conncert knows no rule, code or policy number called no-such-rule."]]);
  assert.deepEqual(world.executed, []);
});

test("what the manifest offers and what the program has are the same", async () => {
  await start();
  const manifest = JSON.parse(fs.readFileSync("package.json", "utf8")) as {
    contributes: { commands: { command: string }[]; configuration: { properties: Record<string, { default: unknown }> } };
  };
  assert.deepEqual([...world.commands.keys()].sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  const settings = Object.entries(manifest.contributes.configuration.properties);
  assert.deepEqual(settings.map(([name]) => name), ["path", "track", "stage", "config", "trace.server"].map((name) => `conncert.${name}`));
  const defaults = Object.fromEntries(settings.map(([name, { default: value }]) => [name.replace("conncert.", ""), value]));
  const { track, stage, config } = defaults;
  assert.deepEqual(newest().options.initializationOptions, { track, stage, config });
  const patterns = newest().options.documentSelector.map(({ pattern }) => pattern);
  for (const name of ["apiDefinition.json", "apiDefinition.swagger.json", "apiProperties.json", "settings.json", "script.csx", "README.md", "INTRO.md", "conncert.toml"]) {
    assert.ok(patterns.includes(`**/${name}`), name);
  }
});
