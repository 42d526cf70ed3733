// Where the program is looked for. Real files in a temporary folder; the systems are told apart by what surrounds the search.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { findProgram, mayRun, type Surroundings } from "../src/program";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "conncert-"));
after(() => fs.rmSync(root, { recursive: true }));

function file(name: string, mode = 0o755): string {
  const at = path.join(root, name);
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.writeFileSync(at, "", { mode });
  return at;
}

function around(given: Partial<Surroundings> = {}): Surroundings {
  return { platform: process.platform, env: {}, home: path.join(root, "home"), folder: path.join(root, "workspace"), mayRun, ...given };
}

const exe = process.platform === "win32" ? ".exe" : "";

test("the path is searched in order, then the folder of cargo", () => {
  const cargo = file(`home/.cargo/bin/conncert${exe}`);
  assert.deepEqual(findProgram("", around()), { found: true, path: cargo });
  const second = file(`second/conncert${exe}`);
  const env = { PATH: [path.join(root, "first"), path.dirname(second)].join(path.delimiter) };
  assert.deepEqual(findProgram("", around({ env })), { found: true, path: second });
  const first = file(`first/conncert${exe}`);
  assert.deepEqual(findProgram("", around({ env })), { found: true, path: first });
});

test("the folder of cargo is where CARGO_HOME says", () => {
  const own = file(`cargo/bin/conncert${exe}`);
  assert.deepEqual(findProgram("", around({ env: { CARGO_HOME: path.join(root, "cargo") } })), { found: true, path: own });
});

test("a path that is set is taken from the workspace when it is relative, and a mere name from the path", () => {
  const inside = file(`workspace/tools/conncert${exe}`);
  assert.deepEqual(findProgram("./tools/conncert", around()), { found: true, path: inside });
  assert.deepEqual(findProgram(inside, around({ folder: undefined })), { found: true, path: inside });
  const named = file(`bin/conncert-next${exe}`);
  assert.deepEqual(findProgram("conncert-next", around({ env: { PATH: path.dirname(named) } })), { found: true, path: named });
});

test("a program that is set and missing is not replaced by another one", () => {
  file(`home/.cargo/bin/conncert${exe}`);
  assert.deepEqual(findProgram("/nowhere/conncert", around()), { found: false, named: "/nowhere/conncert" });
});

test("nothing in the open folder is run because of an empty or relative entry of the path", { skip: process.platform === "win32" }, () => {
  const here = process.cwd();
  file("trap/conncert");
  process.chdir(path.join(root, "trap"));
  try {
    const env = { PATH: [".", "", "bin"].join(path.delimiter) };
    assert.deepEqual(findProgram("", around({ env, home: path.join(root, "nobody") })), { found: false, named: undefined });
  } finally {
    process.chdir(here);
  }
});

test("folders and files that may not be run are no programs", { skip: process.platform === "win32" }, () => {
  fs.mkdirSync(path.join(root, "odd/conncert"), { recursive: true });
  const plain = file("plain/conncert", 0o644);
  const env = { PATH: [path.join(root, "odd"), path.dirname(plain)].join(path.delimiter) };
  assert.deepEqual(findProgram("", around({ env, home: path.join(root, "nobody") })), { found: false, named: undefined });
});

test("on Windows the variable may be called Path, and a program has its ending", () => {
  const asked: string[] = [];
  const mayRun = (file: string) => {
    asked.push(file);
    return false;
  };
  const env = { Path: "C:\\tools;\"D:\\my bin\";bin" };
  assert.deepEqual(findProgram("", { platform: "win32", env, home: "C:\\Users\\ada", folder: undefined, mayRun }), { found: false, named: undefined });
  assert.deepEqual(asked, ["C:\\tools\\conncert.exe", "D:\\my bin\\conncert.exe", "C:\\Users\\ada\\.cargo\\bin\\conncert.exe"]);
});
