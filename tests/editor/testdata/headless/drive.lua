-- Opens a broken flow as a user's Neovim would, takes the offered fix and renames a step. What it sees goes to standard error, a line each.
local buf, id

local function say(...)
  io.stderr:write(table.concat(vim.tbl_map(tostring, { ... }), " "), "\n")
end

local function wait(what, holds)
  if not vim.wait(30000, holds, 20) then
    say("FAIL", "waited in vain for", what)
    vim.cmd("cquit 1")
  end
end

local function line(n)
  return vim.trim(vim.api.nvim_buf_get_lines(buf, n - 1, n, false)[1])
end

local function ask(method, params)
  local answer = vim.lsp.buf_request_sync(buf, method, params, 30000)[id]
  if answer.error then
    say("FAIL", method, vim.inspect(answer.error))
    vim.cmd("cquit 1")
  end
  return answer.result
end

vim.cmd("edit flow.py")
buf = vim.api.nvim_get_current_buf()
id = vim.lsp.start_client({ name = "spindle", cmd = { os.getenv("SPINDLE_BIN"), "lsp" }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(buf, id)
local client = vim.lsp.get_client_by_id(id)

wait("a diagnostic", function()
  return #vim.diagnostic.get(buf) > 0
end)
for _, d in ipairs(vim.diagnostic.get(buf)) do
  say("DIAGNOSTIC", d.lnum + 1, d.col + 1, d.code)
end

local fault = vim.diagnostic.get(buf)[1]
vim.api.nvim_win_set_cursor(0, { fault.lnum + 1, fault.col })
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buf) }
for _, action in ipairs(ask("textDocument/codeAction", params)) do
  if action.isPreferred then
    if not action.edit then
      action = ask("codeAction/resolve", action)
    end
    say("FIX", action.title)
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
    break
  end
end
wait("no diagnostics", function()
  return #vim.diagnostic.get(buf) == 0
end)
say("FIXED", line(8))

vim.api.nvim_win_set_cursor(0, { 11, 8 })
params = vim.lsp.util.make_position_params()
params.newName = "train"
vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", params), client.offset_encoding)
say("RENAMED", line(8))
say("RENAMED", line(11))
vim.cmd("silent write")
client.stop()
wait("the end of the server", function()
  return client.is_stopped()
end)
vim.cmd("qall!")
