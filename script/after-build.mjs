// What is done with a built folder, in this order; Trunk calls it after a build (see Trunk.toml).

import { writePolicy } from './csp.mjs';
import { writeGuides } from './guides.mjs';
import { writeServiceWorker } from './offline.mjs';

const folder = process.env.TRUNK_STAGING_DIR;
writePolicy(folder);
writeGuides(folder);
// It lists all files as they are in the end.
writeServiceWorker(folder);
