-- A session about the files beside a Dockerfile: a .dockerignore that a fix makes or extends, and that counts unsaved.
local scratch = vim.env.SCRATCH
local project = scratch .. '/copy/unignored'
local t = dofile(vim.env.REPOSITORY .. '/tests/editors/nvim/checks.lua')

local function text(bufnr)
  return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true), '\n') .. '\n'
end

local function open(name)
  vim.cmd.edit(vim.fn.fnameescape(project .. '/' .. name))
  return vim.api.nvim_get_current_buf()
end

local function is_reported(bufnr)
  return vim.iter(vim.diagnostic.get(bufnr)):any(function(d) return d.code == 'dockerignore' end)
end

local function diagnostics(bufnr)
  return vim.iter(vim.diagnostic.get(bufnr)):map(function(d) return d.user_data.lsp end):totable()
end

local function fix_dockerignore(bufnr)
  vim.api.nvim_win_set_cursor(0, { vim.fn.search('^COPY', 'cw'), 0 })
  local function is_it(action) return action.isPreferred and action.title:find('.dockerignore', 1, true) end
  vim.lsp.buf.code_action({ filter = is_it, apply = true, context = { diagnostics = diagnostics(bufnr) } })
end

local bufnr = open('Dockerfile')
t.check('a missing .dockerignore is reported', t.wait(function() return is_reported(bufnr) end), vim.inspect(diagnostics(bufnr)))

-- Typed by hand, and not yet saved
local ignore = open('.dockerignore')
vim.api.nvim_buf_set_lines(ignore, 0, -1, true, { 'node_modules', '.git' })
t.check('what is typed into it counts, unsaved', t.wait(function() return #diagnostics(bufnr) > 0 and not is_reported(bufnr) end), vim.inspect(diagnostics(bufnr)))
vim.api.nvim_buf_set_lines(ignore, 0, -1, true, { '*.log' })
t.check('and no more when it is deleted', t.wait(function() return is_reported(bufnr) end))

-- Extended where it is open and unsaved
vim.api.nvim_set_current_buf(bufnr)
fix_dockerignore(bufnr)
t.check('the quick fix extends the open file', t.wait(function() return text(ignore) == '*.log\nnode_modules\n.git\n' end), text(ignore))
t.check('then nothing is reported', t.wait(function() return not is_reported(bufnr) end))
vim.api.nvim_buf_delete(ignore, { force = true })
t.check('closed unsaved, it is missing again', t.wait(function() return is_reported(bufnr) end))

-- Made by fix all
vim.lsp.buf.code_action({ apply = true, context = { only = { 'source.fixAll.nodestage' }, diagnostics = {} } })
t.check('fix all makes it', t.wait(function() return vim.fn.bufexists(project .. '/.dockerignore') == 1 and text(bufnr):find('AS build', 1, true) end))
vim.cmd('silent wall')
t.equal('written, the Dockerfile is that of `nodestage fix --write`', t.read(project .. '/Dockerfile'), t.read(scratch .. '/expected/unignored'))
t.equal('and so is .dockerignore', vim.uv.fs_stat(project .. '/.dockerignore') and t.read(project .. '/.dockerignore'), t.read(scratch .. '/expected/unignored.dockerignore'))
t.check('nothing is left to say', t.wait(function() return #diagnostics(bufnr) == 0 end), vim.inspect(diagnostics(bufnr)))
t.done()
