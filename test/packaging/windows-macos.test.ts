import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeLayout } from './describe-layout.ts';
import { pack, type Packed } from './pack.ts';

// Links of macOS cannot be made on Windows.
describe.skipIf(process.platform === 'win32')('packages for Windows and macOS', () => {
  let folder: string;
  let packages: Packed[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'langevin-layout-'));
    packages = [
      ...(await pack(join(folder, 'win32'), 'win32', ['x64', 'arm64'])),
      ...(await pack(join(folder, 'darwin'), 'darwin', ['arm64'])),
    ];
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each([
    { platform: 'win32', arch: 'x64' },
    { platform: 'win32', arch: 'arm64' },
    { platform: 'darwin', arch: 'arm64' },
  ] as const)('for $platform $arch', (layout) => {
    describeLayout(layout, () =>
      packages.find(({ platform, arch }) => platform === layout.platform && arch === layout.arch)!,
    );
  });
});
