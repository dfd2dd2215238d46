-- A session with settings, and with the README's lines for fixing on save.
local t = dofile(vim.env.REPOSITORY .. '/tests/editors/nvim/checks.lua')
local scratch = vim.env.SCRATCH
local path = scratch .. '/copy/project/Dockerfile'

local function severity_of(rule)
  local found = vim.iter(vim.diagnostic.get(0)):find(function(d) return d.code == rule end)
  return found and found.severity
end

vim.lsp.config('nodestage', { settings = { nodestage = {
  user = '1000:1000', inlayHints = false, rules = { ['root-user'] = 'error', ['missing-node-env'] = 'off' },
} } })
vim.cmd.edit(path)
t.check('a rule has the severity of the settings', t.wait(function() return severity_of('root-user') == vim.diagnostic.severity.ERROR end), severity_of('root-user'))
t.check('a rule that is off says nothing', not severity_of('missing-node-env'))
t.check('others are as they were', severity_of('unfrozen-install') == vim.diagnostic.severity.WARN)

local client = vim.lsp.get_clients({ name = 'nodestage' })[1]
client.settings = { nodestage = { user = '1000:1000' } }
client:notify('workspace/didChangeConfiguration', { settings = client.settings })
t.check('changed settings count at once', t.wait(function() return severity_of('root-user') == vim.diagnostic.severity.WARN and severity_of('missing-node-env') end))

dofile(scratch .. '/on-save.lua')
vim.cmd('silent write')
t.equal('saving fixes, with the user of the settings', t.read(path), t.read(scratch .. '/expected/user'))
vim.cmd('silent write')
t.equal('saving again changes nothing', t.read(path), t.read(scratch .. '/expected/user'))

local help = vim.api.nvim_get_runtime_file('doc/nodestage.txt', false)[1]
vim.cmd.helptags(vim.fn.fnameescape(vim.fs.dirname(help)))
vim.cmd.help(':NodestageWhatShips')
t.equal('the help is found', vim.fs.basename(vim.api.nvim_buf_get_name(0)), 'nodestage.txt')
t.done()
