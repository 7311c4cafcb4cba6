// Writes the guides of docs/ as pages beside the built page, which links to them. It knows the Markdown that the guides use and refuses what it does not know.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docs';
/** The report's style serves here too: plain text, tables, both themes, print. */
const STYLE = readFileSync('src/run/export/report/report.css', 'utf8');

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Code, bold, emphasis and links to other guides within a line. */
function inline(text) {
  return text
    .split(/(`[^`]+`)/)
    .map((part, at) => {
      if (at % 2 === 1) return `<code>${escaped(part.slice(1, -1))}</code>`;
      return escaped(part)
        .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
        .replaceAll(/\*([^*]+)\*/g, '<em>$1</em>')
        .replaceAll(/\[([^\]]+)\]\(([a-z-]+)\.md\)/g, '<a href="$2.html">$1</a>');
    })
    .join('');
}

function table(rows) {
  const cells = (row) => row.slice(1, -1).split('|').map((cell) => inline(cell.trim()));
  const line = (row, tag) => `<tr>${cells(row).map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${line(rows[0], 'th')}</thead><tbody>${rows.slice(2).map((row) => line(row, 'td')).join('\n')}</tbody></table>`;
}

function list(block, tag, mark) {
  const items = block.split(mark).slice(1).map((item) => `<li>${inline(item.trim().replaceAll(/\n\s*/g, ' '))}</li>`);
  return `<${tag}>${items.join('\n')}</${tag}>`;
}

function block(text) {
  const heading = /^(#{1,2}) (.+)$/.exec(text);
  if (heading) return `<h${heading[1].length}>${inline(heading[2])}</h${heading[1].length}>`;
  if (text.startsWith('|')) return table(text.split('\n'));
  if (/^- /.test(text)) return list(text, 'ul', /^- /m);
  if (/^1\. /.test(text)) return list(text, 'ol', /^\d+\. /m);
  if (/^[#>!]|^\s/.test(text)) throw new Error(`Not known in a guide: ${text.slice(0, 60)}`);
  return `<p>${inline(text.replaceAll('\n', ' '))}</p>`;
}

/** The blocks of a guide; code between fences is one of them. */
function html(markdown) {
  const parts = markdown.trim().split(/^```\n([^]*?)^```$/m);
  const prose = (part) => part.trim().split(/\n{2,}/).filter(Boolean).map(block).join('\n');
  return parts.map((part, at) => (at % 2 === 1 ? `<pre class="prompt">${escaped(part.trimEnd())}</pre>` : prose(part))).join('\n');
}

/** Writes them into the built page in `folder`. */
export function writeGuides(folder) {
  const target = join(folder, 'guides');
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.md'))) {
    const markdown = readFileSync(join(FOLDER, file), 'utf8');
    const title = markdown.slice(2, markdown.indexOf('\n'));
    const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Promptbeam</title>
<link rel="icon" href="data:,">
<style>
${STYLE}
main { max-width: 46rem; }
h2 { margin-top: 2rem; }
p, ul, ol, table { margin: 0.75rem 0; }
li { margin: 0.25rem 0; }
a { color: var(--accent); }
code { font: 0.8125rem/1.25rem ui-monospace, Menlo, Consolas, monospace; }
</style>
</head>
<body>
<main>
${html(markdown)}
</main>
</body>
</html>
`;
    writeFileSync(join(target, file.replace(/md$/, 'html')), page);
  }
}
