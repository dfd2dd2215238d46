-- What the client configuration, the commands and a configuration of one's own share:
-- which files nodestage reads, where a project starts, fixing all, and what ships.
--
-- Works with Neovim 0.10 and newer.
local M = {}

-- Files of a project that change what is said about its Dockerfile.
-- Lock files are left out: they are large, and nobody edits them by hand.
local project_files = {
  '^package%.json$', '^tsconfig[%w._-]*%.json$', '^nest%-cli%.json$', '^%.dockerignore$', '%.dockerignore$', '^nodestage%.toml$',
  '^docker%-compose[%w._-]*%.ya?ml$', '^compose[%w._-]*%.ya?ml$', '^pnpm%-workspace%.yaml$', '^%.npmrc$', '^%.yarnrc%.yml$',
}

-- The file types that Neovim gives to Dockerfiles and to the files above.
M.filetypes = { 'dockerfile', 'json', 'jsonc', 'toml', 'yaml', 'yaml.docker-compose', 'gitignore', 'dosini' }

local function is_dockerignore(bufnr)
  return vim.endswith(vim.api.nvim_buf_get_name(bufnr), '.dockerignore')
end

function M.is_project_file(bufnr)
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
  return vim.iter(project_files):any(function(pattern) return name:find(pattern) ~= nil end)
end

-- Neovim takes `Dockerfile.dockerignore` for a Dockerfile; the server must not.
function M.language_id(bufnr, filetype)
  return is_dockerignore(bufnr) and 'ignore' or filetype
end

-- The repository, so that one server serves all its Dockerfiles; without one the project.
function M.root(bufnr)
  return vim.fs.root(bufnr, '.git') or vim.fs.root(bufnr, { 'nodestage.toml', 'package.json' })
end

local function running(root)
  return vim.iter(vim.lsp.get_clients({ name = 'nodestage' })):find(function(client) return client.config.root_dir == root end)
end

-- A Dockerfile starts the server. Files of the project only join one that runs: who edits
-- a package.json and never opens the Dockerfile has no server for it.
function M.root_dir(bufnr, on_dir)
  local root = M.root(bufnr)
  local is_dockerfile = vim.bo[bufnr].filetype == 'dockerfile' and not is_dockerignore(bufnr)
  if is_dockerfile or (M.is_project_file(bufnr) and running(root)) then
    on_dir(root)
  end
end

-- The files of the project that were opened before its Dockerfile join as well, as they stand.
function M.on_init(client)
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    local open = vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].buftype == ''
    if open and M.is_project_file(bufnr) and M.root(bufnr) == client.config.root_dir then
      vim.lsp.buf_attach_client(bufnr, client.id)
    end
  end
end

local function client_of(bufnr)
  local client = vim.lsp.get_clients({ name = 'nodestage', bufnr = bufnr })[1]
  if not client then
    vim.notify('nodestage: no server is attached to this buffer', vim.log.levels.WARN)
  end
  return client
end

-- Asks and waits for the answer, at most `timeout` milliseconds; nil, with a message, when there is none.
local function ask(client, method, params, bufnr, timeout)
  local reply, why
  if vim.fn.has('nvim-0.11') == 1 then
    reply, why = client:request_sync(method, params, timeout, bufnr)
  else
    reply, why = client.request_sync(method, params, timeout, bufnr)
  end
  local problem = why or (reply and reply.err and reply.err.message)
  if problem then
    vim.notify(('nodestage: %s: %s'):format(method, problem), vim.log.levels.ERROR)
  end
  return reply and reply.result
end

local function whole_buffer(bufnr)
  local last = vim.api.nvim_buf_line_count(bufnr)
  return { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } }
end

-- Why the fixes are asked for: by hand, they may reach files beside the Dockerfile; on save they stay in it.
local by_hand, on_save = 1, 2

local function fix(bufnr, trigger)
  bufnr = (bufnr == nil or bufnr == 0) and vim.api.nvim_get_current_buf() or bufnr
  local client = client_of(bufnr)
  if not client then return end
  local actions = ask(client, 'textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) },
    range = whole_buffer(bufnr),
    context = { only = { 'source.fixAll.nodestage' }, diagnostics = {}, triggerKind = trigger },
  }, bufnr, 2000)
  local action = actions and actions[1]
  if action and not action.edit then
    action = ask(client, 'codeAction/resolve', action, bufnr, 2000)
  end
  if action and action.edit then
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  end
end

-- Applies every safe fix, and waits for it: two seconds at most for each of two answers.
function M.fix_all(bufnr) fix(bufnr, by_hand) end

-- The same before a write, and in this file only; nothing where no server is attached.
function M.fix_on_save(bufnr)
  if vim.bo[bufnr].filetype == 'dockerfile' and vim.lsp.get_clients({ name = 'nodestage', bufnr = bufnr })[1] then
    fix(bufnr, on_save)
  end
end

-- Shows in a window what the image of this Dockerfile ships, and from which line it comes.
function M.what_ships()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_of(bufnr)
  if not client then return end
  local params = { command = 'nodestage.whatShips', arguments = { vim.uri_from_bufnr(bufnr) } }
  local answer = ask(client, 'workspace/executeCommand', params, bufnr, 5000)
  if type(answer) ~= 'table' then
    return vim.notify('nodestage: it is not known what this file ships', vim.log.levels.INFO)
  end
  return vim.lsp.util.open_floating_preview(vim.split(answer.markdown, '\n'), 'markdown', { border = 'rounded', focus_id = 'nodestage' })
end

return M
