//! A real editor: a headless Neovim opens a connector, gets its diagnostics, applies a quick fix and saves.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{copy_of, fixture, lint};

const RULE: &str = "path-parameter-not-required";

/// What the editor does; it works from Neovim 0.7 on. Every word it prints is checked here.
const SCRIPT: &str = r#"
local server, folder, rule = vim.env.CONNCERT_SERVER, vim.env.CONNCERT_FOLDER, vim.env.CONNCERT_RULE
local function say(text) io.stdout:write(text .. '\n') end
local function fail(text) say('failed: ' .. text); vim.cmd('cquit 1') end
local function wait(what, done) if not vim.wait(30000, done, 50) then fail('no ' .. what) end end

vim.cmd('edit ' .. vim.fn.fnameescape(folder .. '/apiDefinition.json'))
local buffer = vim.api.nvim_get_current_buf()
local start = vim.lsp.start_client
local config = { name = 'conncert', cmd = { server, 'lsp' }, root_dir = folder,
  workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } } }
local id
if vim.lsp.start then id = vim.lsp.start(config, { bufnr = buffer }) else id = start(config) end
if not id then fail('no client') end
vim.lsp.buf_attach_client(buffer, id)

local function found()
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local code = diagnostic.code or (diagnostic.user_data and diagnostic.user_data.lsp and diagnostic.user_data.lsp.code)
    if code == rule then return diagnostic end
  end
end
wait('diagnostics', found)
local diagnostic = found()
say('source: ' .. tostring(diagnostic.source))

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 30000) or {}
  for _, answer in pairs(answers) do
    if answer.err or answer.error then fail(method .. ': ' .. vim.inspect(answer)) end
    return answer.result
  end
  fail('no answer to ' .. method)
end
local range = { start = { line = diagnostic.lnum, character = diagnostic.col }, ['end'] = { line = diagnostic.lnum, character = diagnostic.col } }
local document = { uri = vim.uri_from_bufnr(buffer) }
local actions = request('textDocument/codeAction', { textDocument = document, range = range, context = { diagnostics = {} } })
local chosen
for _, action in ipairs(actions) do if action.isPreferred then chosen = action end end
if not chosen then fail('no quick fix in ' .. vim.inspect(actions)) end
say('action: ' .. chosen.title)
if not chosen.edit then chosen = request('codeAction/resolve', chosen) end
vim.lsp.util.apply_workspace_edit(chosen.edit, 'utf-16')
wait('clean text', function() return not found() end)
vim.cmd('write')
local symbols = request('textDocument/documentSymbol', { textDocument = document })
say('first symbol: ' .. symbols[1].name)
say('done')
vim.cmd('qall!')
"#;

#[test]
fn neovim_shows_a_finding_fixes_it_and_saves() {
    let Ok(version) = Command::new("nvim").arg("--version").output() else {
        eprintln!("skipped: there is no `nvim` here");
        return;
    };
    let version = String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default().to_owned();
    let folder = copy_of(&fixture("clean/verified-submission"));
    let path = folder.path().join("apiDefinition.json");
    let clean = fs::read_to_string(&path).unwrap();
    let (head, tail) = clean.split_once("\"in\": \"path\",").expect("a path parameter");
    fs::write(&path, format!("{head}\"in\": \"path\",{}", tail.replacen("\"required\": true", "\"required\": false", 1))).unwrap();
    assert_eq!(lint(folder.path(), &[]).findings().len(), 1);
    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("session.lua");
    fs::write(&script, SCRIPT).unwrap();
    let editor = Command::new("nvim")
        .args(["--headless", "--clean", "-n", "-c"])
        .arg(format!("luafile {}", script.display()))
        .envs([("XDG_STATE_HOME", home.path()), ("XDG_CACHE_HOME", home.path()), ("XDG_DATA_HOME", home.path())])
        .env("CONNCERT_SERVER", env!("CARGO_BIN_EXE_conncert"))
        .env("CONNCERT_FOLDER", folder.path())
        .env("CONNCERT_RULE", RULE)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut editor = editor.expect("nvim starts");
    let end = Instant::now() + Duration::from_secs(150);
    while editor.try_wait().expect("nvim runs").is_none() {
        if Instant::now() > end {
            editor.kill().expect("nvim ends");
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let output = editor.wait_with_output().expect("nvim has ended");
    let told = format!("{version}\n{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && told.contains("done"), "{told}");
    assert!(told.contains("source: conncert") && told.contains("action: ") && told.contains("first symbol: ListParcels"), "{told}");
    let saved = fs::read_to_string(&path).unwrap();
    assert_eq!(saved, clean, "only the finding was repaired");
    assert!(lint(folder.path(), &[]).findings().is_empty());
}
