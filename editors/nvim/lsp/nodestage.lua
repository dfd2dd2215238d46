---@brief
---
--- nodestage finds what a Node.js Dockerfile should not ship, and rewrites its production stage.
---
--- Neovim 0.11 and newer: `vim.lsp.enable('nodestage')`. See `:help nodestage`.
local nodestage = require('nodestage')

---@type vim.lsp.Config
return {
  cmd = { 'nodestage', 'lsp' },
  filetypes = nodestage.filetypes,
  root_dir = nodestage.root_dir,
  get_language_id = nodestage.language_id,
  on_init = nodestage.on_init,
  workspace_required = false,
}
