-- A session in Neovim 0.10 with the README's lines for old ones: diagnostics, fix all, write.
local t = dofile(vim.env.REPOSITORY .. '/tests/editors/nvim/checks.lua')
local scratch = vim.env.SCRATCH
local path = scratch .. '/copy/project/Dockerfile'
local expected = t.read_json(scratch .. '/expected/check.json').files[1].diagnostics

vim.cmd('filetype plugin on')
vim.cmd.edit(path)
local bufnr = vim.api.nvim_get_current_buf()
local function client() return vim.lsp.get_clients({ name = 'nodestage', bufnr = bufnr })[1] end
t.check('the Dockerfile starts the server', t.wait(client))
t.equal('the repository is the root', client().config.root_dir, scratch .. '/copy/project')
t.check('diagnostics appear', t.wait(function() return #vim.diagnostic.get(bufnr) == #expected end), vim.inspect(vim.diagnostic.get(bufnr)))
for _, diagnostic in ipairs(expected) do
  local same = vim.iter(vim.diagnostic.get(bufnr)):any(function(d) return d.code == diagnostic.rule and d.lnum + 1 == diagnostic.range.start.line end)
  t.check('  ' .. diagnostic.rule, same)
end

local before = vim.b.changedtick
vim.lsp.buf.code_action({ context = { only = { 'source.fixAll.nodestage' }, diagnostics = {} }, apply = true })
t.check('fix all is applied', t.wait(function() return vim.b.changedtick ~= before end))
vim.cmd('silent write')
t.equal('the file is that of `nodestage fix --write`', t.read(path), t.read(scratch .. '/expected/fixed'))
t.check('nothing is left to say', t.wait(function() return #vim.diagnostic.get(bufnr) == 0 end))
t.done()
