-- A session in Neovim 0.11 or newer: what a user does, and what has to be on the disk after it.
-- tests/editors/nvim/run starts it, with editors/nvim installed as a package.
local scratch, repository = vim.env.SCRATCH, vim.env.REPOSITORY
local work = scratch .. '/copy'
local project = work .. '/project'
local t = dofile(repository .. '/tests/editors/nvim/checks.lua')

local expected = t.read_json(scratch .. '/expected/check.json').files[1].diagnostics
local fixed, split = t.read(scratch .. '/expected/fixed'), t.read(scratch .. '/expected/split')
local original = t.read(scratch .. '/expected/original')

local function rules(bufnr)
  return vim.iter(vim.diagnostic.get(bufnr)):map(function(d) return d.code end):totable()
end

local function has_rule(bufnr, rule)
  return vim.list_contains(rules(bufnr), rule)
end

-- `rule line:column-line:column`, sorted: as the command line has it, and as the editor shows it
local function places(diagnostics)
  table.sort(diagnostics)
  return table.concat(diagnostics, '\n')
end

local function shown(bufnr)
  return places(vim.iter(vim.diagnostic.get(bufnr)):map(function(d)
    return ('%s %d:%d-%d:%d'):format(d.code, d.lnum + 1, d.col + 1, d.end_lnum + 1, d.end_col + 1)
  end):totable())
end

local function said()
  return places(vim.iter(expected):map(function(d)
    local from, to = d.range.start, d.range['end']
    return ('%s %d:%d-%d:%d'):format(d.rule, from.line, from.column, to.line, to.column)
  end):totable())
end

local function open(path)
  vim.cmd.edit(vim.fn.fnameescape(path))
  return vim.api.nvim_get_current_buf()
end

local function text(bufnr)
  return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true), '\n') .. '\n'
end

local function client()
  return vim.lsp.get_clients({ name = 'nodestage' })[1]
end

-- Waits for the action to change the buffer.
local function act(bufnr, options)
  local before = vim.b[bufnr].changedtick
  options.apply = true
  vim.lsp.buf.code_action(options)
  return t.wait(function() return vim.b[bufnr].changedtick ~= before end)
end

local function is_fix_of(rule)
  return function(action)
    local diagnostic = action.diagnostics and action.diagnostics[1]
    return action.kind == 'quickfix' and action.isPreferred and diagnostic and diagnostic.code == rule
  end
end

local function titles(bufnr, line)
  local params = { textDocument = { uri = vim.uri_from_bufnr(bufnr) }, range = vim.lsp.util.make_given_range_params({ line, 0 }, { line, 5 }, bufnr, client().offset_encoding).range }
  params.context = { diagnostics = vim.iter(vim.diagnostic.get(bufnr, { lnum = line - 1 })):map(function(d) return d.user_data.lsp end):totable() }
  local reply = client():request_sync('textDocument/codeAction', params, 5000, bufnr)
  return vim.iter(reply.result):map(function(action) return action.title end):totable()
end

local function float()
  return vim.iter(vim.api.nvim_list_wins()):find(function(window) return vim.api.nvim_win_get_config(window).relative ~= '' end)
end

-- The text of the window that `show` opens, which is closed again.
local function popup(show)
  show()
  if not t.wait(float) then return '' end
  local window = float()
  local shown_text = text(vim.api.nvim_win_get_buf(window))
  vim.api.nvim_win_close(window, true)
  return shown_text
end

-- What `ask` finds, when it is given the option that has it listed.
local function list(ask)
  local items
  ask({ on_list = function(found) items = found.items end })
  t.wait(function() return items ~= nil end)
  return items or {}
end

local function lines(items)
  local found = vim.iter(items):map(function(item) return item.lnum end):totable()
  table.sort(found)
  return table.concat(found, ' ')
end

local function find(pattern)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  return vim.fn.search(pattern, 'c')
end

-- What is opened before the Dockerfile has no server yet
local manifest = open(project .. '/package.json')
t.check('package.json alone starts no server', not t.wait(client, 300))

local bufnr = open(project .. '/Dockerfile')
t.check('the Dockerfile starts the server', t.wait(client))
t.check('diagnostics appear', t.wait(function() return #vim.diagnostic.get(bufnr) == #expected end), vim.inspect(rules(bufnr)))
t.equal('they are those of `nodestage check`, rule by rule and place by place', shown(bufnr), said())
for _, rule in ipairs({ 'single-stage-build', 'missing-node-env', 'root-user', 'dev-dependencies', 'unfrozen-install', 'package-manager-start' }) do
  t.check('  ' .. rule, has_rule(bufnr, rule))
end
local first = vim.diagnostic.get(bufnr)[1]
t.equal('the source is nodestage', first.source, 'nodestage')
t.check('package.json, opened before, has joined', client().attached_buffers[manifest])
t.equal('the repository is the root', client().root_dir, project)
t.equal('one server runs', #vim.lsp.get_clients(), 1)

-- Quick fix, write, undo
t.check('the quick fix of single-stage-build is offered and applied', act(bufnr, { filter = is_fix_of('single-stage-build'), context = { diagnostics = vim.iter(vim.diagnostic.get(bufnr)):map(function(d) return d.user_data.lsp end):totable() } }))
vim.cmd('silent write')
t.equal('the file is that of `nodestage fix --rule single-stage-build --write`', t.read(project .. '/Dockerfile'), split)
t.check('the diagnostic of the fixed rule goes', t.wait(function() return not has_rule(bufnr, 'single-stage-build') end))
t.check('others stay', has_rule(bufnr, 'root-user'))
vim.cmd('silent undo')
t.equal('one undo gives back the original', text(bufnr), original)
vim.cmd('silent write')
t.check('and the diagnostics', t.wait(function() return shown(bufnr) == said() end), shown(bufnr))

-- Fix all
t.check('fix all is offered and applied', act(bufnr, { context = { only = { 'source.fixAll.nodestage' }, diagnostics = {} } }))
vim.cmd('silent write')
t.equal('the file is that of `nodestage fix --write`', t.read(project .. '/Dockerfile'), fixed)
t.check('nothing is left to say', t.wait(function() return #vim.diagnostic.get(bufnr) == 0 end), vim.inspect(rules(bufnr)))

-- Going about in the fixed file
find('--from=build')
vim.fn.search('build')
t.equal('definition: from `--from=build` to its stage', lines(list(vim.lsp.buf.definition)), '1')
t.equal('references: the stage and its use', lines(list(function(options) vim.lsp.buf.references(nil, options) end)), '1 ' .. find('--from=build'))
local symbols = vim.iter(list(vim.lsp.buf.document_symbol)):map(function(item) return item.text end):join('\n')
t.check('document symbols name the build stage', symbols:find('build', 1, true), symbols)
vim.wo.foldmethod, vim.wo.foldexpr = 'expr', 'v:lua.vim.lsp.foldexpr()'
t.check('stages fold', t.wait(function() return vim.fn.foldlevel(2) > 0 end))
vim.wo.foldmethod = 'manual'

vim.cmd('silent undo')
t.equal('one undo gives back the original', text(bufnr), original)
t.check('and the diagnostics', t.wait(function() return shown(bufnr) == said() end), shown(bufnr))
vim.cmd('NodestageFixAll')
t.equal(':NodestageFixAll has done it when it returns', text(bufnr), fixed)
vim.cmd('silent undo')
vim.cmd('silent write')

-- Showing
find('npm install')
t.check('hover over `npm install` speaks of its rule', popup(vim.lsp.buf.hover):find('unfrozen%-install'))
find('FROM')
local hover = popup(vim.lsp.buf.hover)
t.check('hover over FROM says what ships', hover:find('12 dev packages', 1, true), hover)
local ships = popup(function() vim.cmd('NodestageWhatShips') end)
t.check(':NodestageWhatShips speaks of the dev packages', ships:find('dev packages', 1, true), ships)
vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
t.check('the inlay hint appears', t.wait(function() return #vim.lsp.inlay_hint.get({ bufnr = bufnr }) > 0 end))
local hint = (vim.lsp.inlay_hint.get({ bufnr = bufnr })[1] or { inlay_hint = {} }).inlay_hint
t.equal('at the line of the production stage', hint.position and hint.position.line, 0)
t.check('it says root', vim.inspect(hint.label):find('root'), vim.inspect(hint.label))

-- Actions beside the safe fixes
local offered = titles(bufnr, 4)
t.check('ignoring the rule here is offered', vim.list_contains(offered, 'Ignore `unfrozen-install` here'), vim.inspect(offered))
t.check('ignoring it in the file is offered', vim.list_contains(offered, 'Ignore `unfrozen-install` in this file'), vim.inspect(offered))
t.check('the rewrite is offered', act(bufnr, { context = { only = { 'refactor.rewrite' }, diagnostics = {} } }))
t.check('it splits the stage', text(bufnr):find('AS build', 1, true), text(bufnr))
t.check('its diagnostic goes', t.wait(function() return not has_rule(bufnr, 'single-stage-build') end), shown(bufnr))
vim.cmd('silent undo')
t.check('after undo the diagnostics are back', t.wait(function() return shown(bufnr) == said() end), shown(bufnr))

-- An unsaved package.json counts
vim.api.nvim_set_current_buf(manifest)
local depends = text(manifest)
vim.api.nvim_buf_set_lines(manifest, 0, -1, true, vim.split((depends:gsub(',%s*"devDependencies": %b{}', '')), '\n', { trimempty = true }))
t.check('without devDependencies in the buffer nothing is said of them', t.wait(function() return not has_rule(bufnr, 'dev-dependencies') end), vim.inspect(rules(bufnr)))
t.check('the rest is still said', has_rule(bufnr, 'root-user'), vim.inspect(rules(bufnr)))
t.check('the disk was not touched', t.read(project .. '/package.json'):find('devDependencies', 1, true))
vim.cmd('silent undo')
t.check('after undo it is said again', t.wait(function() return shown(bufnr) == said() end), shown(bufnr))
vim.cmd('silent redo')
vim.cmd('silent write')
t.check('and once it is saved, no more', t.wait(function() return not has_rule(bufnr, 'dev-dependencies') end), vim.inspect(rules(bufnr)))
vim.cmd('silent undo')
vim.cmd('silent write')
t.check('until it is saved as it was', t.wait(function() return shown(bufnr) == said() end), shown(bufnr))

-- Closing a changed package.json: the disk counts again
vim.api.nvim_buf_set_lines(manifest, 0, -1, true, { '{ "name": "other" }' })
t.check('another package.json is noticed', t.wait(function() return not has_rule(bufnr, 'dev-dependencies') end))
vim.api.nvim_set_current_buf(bufnr)
vim.cmd.bdelete({ args = { tostring(manifest) }, bang = true })
t.check('and forgotten when it is closed unsaved', t.wait(function() return shown(bufnr) == said() end), shown(bufnr))

-- Typing fast
for i = 1, 300 do
  vim.api.nvim_buf_set_lines(bufnr, 0, 0, true, { '# ' .. i })
  if i % 50 == 0 then vim.wait(1) end
end
local moved = said():gsub(' (%d+):(%d+)%-(%d+)', function(from, column, to) return (' %d:%s-%d'):format(from + 300, column, to + 300) end)
t.check('300 edits end with the diagnostics of the last', t.wait(function() return shown(bufnr) == moved end), shown(bufnr))
vim.cmd.edit({ bang = true })

-- CRLF, and characters of two, three and four bytes
local windows = open(work .. '/crlf/Dockerfile')
t.equal('the file has the line ends of Windows', vim.bo[windows].fileformat, 'dos')
t.check('its diagnostics appear', t.wait(function() return #vim.diagnostic.get(windows) == #expected end), vim.inspect(rules(windows)))
local install = vim.iter(vim.diagnostic.get(windows)):find(function(d) return d.code == 'unfrozen-install' end)
local line = vim.api.nvim_buf_get_lines(windows, install.lnum, install.lnum + 1, true)[1]
t.equal('the place is right', line:sub(install.col + 1, install.end_col), 'npm install')
t.check('fix all is applied', act(windows, { context = { only = { 'source.fixAll.nodestage' }, diagnostics = {} } }))
vim.cmd('silent write')
t.equal('the file is that of `nodestage fix --write`, byte for byte', t.read(work .. '/crlf/Dockerfile'), t.read(scratch .. '/expected/crlf'))

-- Closing
vim.cmd.bdelete()
t.equal('closing clears', #vim.diagnostic.get(windows), 0)
vim.cmd('silent %bdelete!')
t.equal('closing all clears all', #vim.diagnostic.get(), 0)

local running = client()
running:stop()
t.check('the server stops when asked', t.wait(function() return running:is_stopped() end))
local log = vim.lsp.log.get_filename()
local entries = vim.fn.filereadable(log) == 1 and vim.fn.readfile(log) or {}
local complaints = vim.iter(entries):filter(function(entry) return entry:find('^%[ERROR%]') or entry:find('^%[WARN%]') end):totable()
t.equal('the log has no complaint', table.concat(complaints, '\n'), '')
t.done()
