// SPDX-License-Identifier: MIT
/** Colours that can be told apart by most colour-blind people, for a light and for a dark page. */
const LIGHT = ['#0064c8', '#c4520a', '#00805a', '#8a3fa0', '#8a6400', '#c02656', '#4a5a6a', '#007f8c']
const DARK = ['#62aeff', '#ff9b57', '#3fcf9f', '#d28be6', '#d9b54a', '#ff85a8', '#a9b8c7', '#4fd0dd']

function colours(names: readonly string[]): string {
  return names.map((name, index) => `--colour-${index}:${name};`).join('')
}

/** What the plots of a page need. The page sets `--text`, `--muted`, `--line` and `--page`, light and dark. */
export const PLOT_STYLE = `
:root{${colours(LIGHT)}}
@media (prefers-color-scheme: dark){:root{${colours(DARK)}}}
.plot{display:block;width:100%;max-width:560px;height:auto;font:12px system-ui,sans-serif}
.plot text{fill:var(--text)}
.plot .tick,.plot .axis-label{fill:var(--muted)}
.plot .grid{stroke:var(--line);stroke-width:.7}
.plot .frame{fill:none;stroke:var(--muted)}
.plot .line{fill:none;stroke:var(--colour);stroke-width:1.8;stroke-linejoin:round}
.plot .dashed{stroke-dasharray:5 3}
.plot .spread{stroke:var(--colour);stroke-width:1.2;opacity:.55}
.plot .marker{fill:var(--colour);stroke:var(--page);stroke-width:.8}
.plot .hollow{fill:var(--page);stroke:var(--colour);stroke-width:1.4}
.plot .mark line{stroke:var(--muted);stroke-dasharray:2 3}
.plot .mark text{fill:var(--muted);font-size:11px}
${LIGHT.map((_, index) => `.plot .colour-${index}{--colour:var(--colour-${index})}`).join('\n')}
`
