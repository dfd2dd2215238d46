-- The two commands that a code action cannot give.
if vim.g.loaded_nodestage then return end
vim.g.loaded_nodestage = true

vim.api.nvim_create_user_command('NodestageWhatShips', function() require('nodestage').what_ships() end, {
  desc = 'Show what the image of this Dockerfile ships',
})
vim.api.nvim_create_user_command('NodestageFixAll', function() require('nodestage').fix_all() end, {
  desc = 'Apply all safe nodestage fixes',
})
