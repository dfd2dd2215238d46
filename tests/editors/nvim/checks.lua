-- Checks that print what they find; a failed one ends the editor with 1 when all have run.
local t = {}
local failed = 0

local function report(ok, what, detail)
  io.write(ok and 'ok: ' or 'FAILED: ', what, '\n')
  if not ok then
    failed = failed + 1
    if detail then io.write('  ', (tostring(detail):gsub('\n', '\n  ')), '\n') end
  end
end

function t.check(what, ok, detail)
  report(ok and true or false, what, detail)
end

function t.equal(what, found, wanted)
  report(found == wanted, what, ('%s\n-- instead of\n%s'):format(found, wanted))
end

-- Whether it comes true within the time, ten seconds unless said.
function t.wait(condition, milliseconds)
  return (vim.wait(milliseconds or 10000, function() return condition() and true or false end, 5))
end

-- The bytes of a file.
function t.read(path)
  local file = assert(io.open(path, 'rb'))
  local content = file:read('*a')
  file:close()
  return content
end

function t.read_json(path)
  return vim.json.decode(t.read(path))
end

function t.done()
  vim.cmd(failed == 0 and 'qa!' or 'cquit 1')
end

return t
