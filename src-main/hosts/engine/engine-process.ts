/**
 * Entry of the engine process, where networks run: a child process of Node.js or an Electron utility process. Its one
 * argument is its Locations as JSON; without it, the platform's defaults.
 */
import { LangevinError } from '../../errors.ts';
import { JobRegistry } from './job-registry.ts';
import { registerEngineJobs } from './jobs/register.ts';
import { defaultLocations, locationsSchema } from './locations.ts';
import { delegatedSpawn } from './delegated-spawn.ts';
import { hostPort, isUtilityProcess } from './host-port.ts';
import { createServices } from './services.ts';
import { ProcessWatch } from './process-watch.ts';
import { serveJobs } from './serve.ts';
import { nodeSpawn } from './spawn.ts';

const [locationsJson] = process.argv.slice(2);
const locations = locationsJson === undefined ? defaultLocations() : locationsSchema.parse(JSON.parse(locationsJson));
const port = hostPort();
if (port === undefined) {
  throw new LangevinError('internal', 'The engine was started by hand; it serves a Langevin host and has none.');
}
// A terminal sends Ctrl-C to all its processes; the host decides what that means for its engine.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
const registry = new JobRegistry();
const spawn = isUtilityProcess() ? delegatedSpawn(port) : nodeSpawn(import.meta.filename, [JSON.stringify(locations)]);
registerEngineJobs(registry, createServices(locations, spawn));
serveJobs(port, registry, new ProcessWatch(), () => process.exit(0));
