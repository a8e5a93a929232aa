-- Opens a flow in Go as a user's Neovim would, with Spindle and, where GOPLS names it, gopls beside it. What it sees goes to standard error, a line each.
local buf
local clients = {}

local function say(...)
  io.stderr:write(table.concat(vim.tbl_map(tostring, { ... }), " "), "\n")
end

local function wait(what, holds)
  if not vim.wait(120000, holds, 20) then
    say("FAIL", "waited in vain for", what, vim.inspect(vim.diagnostic.get(buf)))
    vim.cmd("cquit 1")
  end
end

local function start(name, cmd)
  local id = vim.lsp.start_client({ name = name, cmd = cmd, root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(buf, id)
  table.insert(clients, { name = name, id = id, client = vim.lsp.get_client_by_id(id) })
end

local function ask(method, params, tell)
  local answers = vim.lsp.buf_request_sync(buf, method, params, 120000) or {}
  for _, c in ipairs(clients) do
    local answer = answers[c.id] or {}
    if answer.error or not answers[c.id] then
      say("FAIL", c.name, method, vim.inspect(answer.error))
      vim.cmd("cquit 1")
    end
    tell(c.name, answer.result)
  end
end

local function by(name)
  return vim.tbl_filter(function(d)
    return (d.source == "spindle") == (name == "spindle")
  end, vim.diagnostic.get(buf))
end

local function at(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  return vim.lsp.util.make_position_params()
end

local function places(result)
  if not result or vim.tbl_isempty(result) then
    return "nothing"
  end
  local list = result.uri and { result } or result
  return table.concat(
    vim.tbl_map(function(l)
      return vim.fn.fnamemodify(vim.uri_to_fname(l.uri or l.targetUri), ":t") .. ":" .. (l.range or l.targetSelectionRange).start.line + 1
    end, list),
    " "
  )
end

vim.cmd("edit train/main.go")
buf = vim.api.nvim_get_current_buf()
vim.bo[buf].filetype = "go"
start("spindle", { os.getenv("SPINDLE_BIN"), "lsp" })
if os.getenv("GOPLS") then
  start("gopls", { os.getenv("GOPLS") })
end

for _, c in ipairs(clients) do
  wait("a diagnostic of " .. c.name, function()
    return #by(c.name) > 0
  end)
end
for _, c in ipairs(clients) do
  for _, d in ipairs(by(c.name)) do
    say("DIAGNOSTIC", c.name, d.lnum + 1, d.col + 1, d.code, d.message:match("^[^\n]*"))
  end
end

ask("textDocument/hover", at(15, 3), function(name, hover)
  local text = hover and (type(hover.contents) == "table" and hover.contents.value or hover.contents) or "nothing"
  say("HOVER", name, (text:gsub("%s+", " "):gsub("%(file:[^)]*%)", "")))
end)
ask("textDocument/definition", at(16, 23), function(name, found)
  say("STEP", name, places(found))
end)
ask("textDocument/definition", at(24, 11), function(name, found)
  say("ARTIFACT", name, places(found))
end)
ask("textDocument/completion", at(16, 22), function(name, found)
  say("COMPLETION", name, (found and #(found.items or found) > 0) and "something" or "nothing")
end)

local fault = by("spindle")[1]
local params = at(fault.lnum + 1, fault.col)
params.range = { start = params.position, ["end"] = params.position }
params.context = { diagnostics = {} }
ask("textDocument/codeAction", params, function(name, list)
  for _, action in ipairs(name == "spindle" and list or {}) do
    say("ACTION", action.title)
    vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
  end
end)
wait("no diagnostics of spindle", function()
  return #by("spindle") == 0
end)
say("SILENCED", vim.api.nvim_buf_get_lines(buf, fault.lnum, fault.lnum + 1, false)[1])
vim.cmd("silent write")
for _, c in ipairs(clients) do
  c.client.stop()
end
wait("the end of the servers", function()
  for _, c in ipairs(clients) do
    if not c.client.is_stopped() then
      return false
    end
  end
  return true
end)
vim.cmd("qall!")
