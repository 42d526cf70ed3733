// Finds the conncert program: where the user says, on the path, or where cargo installs it.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What decides where the program lies. */
export interface Surroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
  /** The folder at which relative paths of the user start. */
  folder: string | undefined;
  /** Whether a file may be run. */
  mayRun: (file: string) => boolean;
}

/** The program, or why there is none. */
export type Program = { found: true; path: string } | { found: false; named: string | undefined };

/** The surroundings of this process. */
export function surroundings(folder: string | undefined): Surroundings {
  return { platform: process.platform, env: process.env, home: os.homedir(), folder, mayRun };
}

/** Whether a file may be run by this user; Windows knows programs by their names alone. */
export function mayRun(file: string): boolean {
  try {
    fs.accessSync(file, process.platform === "win32" ? fs.constants.F_OK : fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Finds the program. Its path is absolute, so that no system looks for it in the folder that happens to be open. */
export function findProgram(setting: string, around: Surroundings): Program {
  const paths = around.platform === "win32" ? path.win32 : path.posix;
  if (setting === "") {
    const file = onPath("conncert", around) ?? usable(paths.join(cargoHome(around, paths), "bin", "conncert"), around);
    return file === undefined ? { found: false, named: undefined } : { found: true, path: file };
  }
  const isName = !/[\\/]/.test(setting);
  const at = paths.isAbsolute(setting) ? setting : paths.resolve(around.folder ?? around.home, setting);
  const file = isName ? onPath(setting, around) : usable(at, around);
  return file === undefined ? { found: false, named: setting } : { found: true, path: file };
}

function cargoHome(around: Surroundings, paths: path.PlatformPath): string {
  return around.env["CARGO_HOME"] || paths.join(around.home, ".cargo");
}

function onPath(name: string, around: Surroundings): string | undefined {
  const paths = around.platform === "win32" ? path.win32 : path.posix;
  const key = Object.keys(around.env).find((key) => key.toUpperCase() === "PATH");
  const folders = (key === undefined ? "" : (around.env[key] ?? "")).split(paths.delimiter);
  // A relative entry would mean the open folder, whose files nobody has vouched for.
  for (const folder of folders.map((folder) => folder.replace(/^"(.*)"$/, "$1")).filter((folder) => paths.isAbsolute(folder))) {
    const file = usable(paths.join(folder, name), around);
    if (file !== undefined) {
      return file;
    }
  }
  return undefined;
}

/** The file itself, or with the ending that programs have on Windows. */
function usable(file: string, around: Surroundings): string | undefined {
  const name = around.platform === "win32" && !/\.exe$/i.test(file) ? `${file}.exe` : file;
  return around.mayRun(name) ? name : undefined;
}
