// Bundles the extension, and copies into it what is kept elsewhere in the repository; with --tests, bundles the tests instead.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const root = path.resolve(here, "../..");
const at = (...parts) => path.join(here, ...parts);
const common = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

async function extension() {
  await build({ ...common, entryPoints: [at("src/extension.ts")], outfile: at("dist/extension.js"), external: ["vscode"], minify: true });
  await mkdir(at("schemas"), { recursive: true });
  for (const name of ["api-properties.schema.json", "settings.schema.json"]) {
    const schema = JSON.parse(await readFile(path.join(root, "schemas", name), "utf8"));
    const shown = name === "settings.schema.json" ? onlyForConnectors(schema) : schema;
    await writeFile(at("schemas", name), `${JSON.stringify(shown)}\n`);
  }
  const licences = await Promise.all(["LICENSE-MIT", "LICENSE-APACHE"].map((name) => readFile(path.join(root, name), "utf8")));
  await writeFile(at("LICENSE.md"), `MIT or Apache-2.0, as you like.\n\n${licences.join("\n---\n\n")}`);
}

// Many programs have a settings.json: only one that speaks of a connector's files is described and judged.
function onlyForConnectors(schema) {
  const signs = ["connectorId", "apiDefinition", "apiProperties"].map((key) => ({ required: [key] }));
  return { $schema: schema.$schema, title: schema.title, if: { type: "object", anyOf: signs }, then: schema };
}

async function tests() {
  await rm(at("out"), { recursive: true, force: true });
  const names = (await readdir(at("test"))).filter((name) => name.endsWith(".test.ts"));
  // One file for all of them: how the test runner takes folders and patterns differs between its versions.
  await build({
    ...common,
    stdin: { contents: names.map((name) => `import "./${name}";`).join("\n"), resolveDir: at("test") },
    outfile: at("out/tests.js"),
    sourcemap: "inline",
    alias: { vscode: at("test/fake-vscode.ts"), "vscode-languageclient/node": at("test/fake-client.ts") },
  });
}

await (process.argv.includes("--tests") ? tests() : extension());
