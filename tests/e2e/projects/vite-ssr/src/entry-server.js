export function render(url) { return { html: "<p>rendered " + url + "</p>" } }
