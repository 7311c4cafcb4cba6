// Writes the service worker with the list of the build's files, by which the page opens without a network.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const SCRIPT = 'service_worker.js';
const SOURCE = new URL(`../www/${SCRIPT}`, import.meta.url);

/** Whether a file is for a model in the page only: 5 MB that most people never need, kept once they were fetched. */
export function isForModels(path) {
  return path.startsWith('wllama/') || path === 'in_page_model.js';
}

/** Writes the service worker for the files in `folder`; whatever changes them comes before. */
export function writeServiceWorker(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(folder, sep).length).replaceAll(sep, '/'))
    .filter((path) => path !== SCRIPT)
    .sort();
  const odd = paths.find((path) => !/^[\w./@-]+$/.test(path));
  if (odd) throw new Error(`The name of ${odd} would be written otherwise in an address.`);
  const hashed = paths.map((path) => [path, `sha256-${createHash('sha256').update(readFileSync(join(folder, path))).digest('base64')}`]);
  const listed = (isLater) => Object.fromEntries(hashed.filter(([path]) => isForModels(path) === isLater));
  const source = readFileSync(SOURCE, 'utf8');
  const build = createHash('sha256').update(JSON.stringify(hashed)).update(source).digest('hex').slice(0, 16);
  const head = [
    `const BUILD = ${JSON.stringify(build)};`,
    `const FILES = ${JSON.stringify(listed(false), null, 1)};`,
    `const LATER = ${JSON.stringify(listed(true), null, 1)};`,
  ];
  writeFileSync(join(folder, SCRIPT), `${head.join('\n')}\n\n${source}`);
}
