// Serves the built page on a free port for all stories of a run. They find it as
// their base address: page.goto('./').

import { existsSync } from 'node:fs';
import { serve } from '../../script/serve.mjs';

export default async function servePage(): Promise<() => Promise<void>> {
  if (!existsSync('dist/index.html')) throw new Error('There is no built page in dist/. Run: trunk build --release');
  const server = await serve('dist');
  process.env.PROMPTBEAM_URL = server.url;
  return server.close;
}
