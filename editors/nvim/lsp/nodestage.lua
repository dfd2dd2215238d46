---@brief
---
--- nodestage finds what a Node.js Dockerfile should not ship, and rewrites its production stage.
---
--- Neovim 0.11 and newer: `vim.lsp.enable('nodestage')`. See `:help nodestage`.
local nodestage = require('nodestage')

-- The server is told that this client cannot ask for diagnostics, so that it sends them by itself, also to the Dockerfile when it is
-- package.json that changed. Neovim 0.11 asks only when the Dockerfile itself changes; 0.12 can be told to ask again, but then asks
-- for the workspace's diagnostics and drops those of open files.
--
-- It is told as well that Neovim applies edits which name versions and make files: it does, and does not say so.
local sent = {
  textDocument = { diagnostic = vim.NIL },
  workspace = { workspaceEdit = { documentChanges = true } },
}

---@type vim.lsp.Config
return {
  cmd = { 'nodestage', 'lsp' },
  filetypes = nodestage.filetypes,
  root_dir = nodestage.root_dir,
  get_language_id = nodestage.language_id,
  on_init = nodestage.on_init,
  capabilities = sent,
  workspace_required = false,
}
