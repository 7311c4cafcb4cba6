// Serves the built page on a free port for all stories of a run. They find it as
// their base address: page.goto('./').

import { existsSync } from 'node:fs';
import { serve } from '../../script/serve.mjs';

export default async function servePage(): Promise<() => Promise<void>> {
  const folder = process.env.PROMPTBEAM_DIST ?? 'dist';
  if (!existsSync(`${folder}/index.html`)) throw new Error(`There is no built page in ${folder}/. Run: trunk build --release`);
  const server = await serve(folder);
  process.env.PROMPTBEAM_URL = server.url;
  return server.close;
}
