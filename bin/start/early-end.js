import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What Electron needs of a Linux desktop, by the package managers' names for it. */
const LIBRARIES = {
  apt: 'sudo apt-get install -y libnss3 libgbm1 libgtk-3-0 libasound2',
  // Since their libraries count time in 64 bits: Debian 13, Ubuntu 24.04.
  apt64: 'sudo apt-get install -y libnss3 libgbm1 libgtk-3-0t64 libasound2t64',
  dnf: 'sudo dnf install -y nss mesa-libgbm gtk3 alsa-lib',
  pacman: 'sudo pacman -S --needed nss mesa gtk3 alsa-lib',
};

/**
 * Why Electron's program has ended before it showed a window, and the one line that mends it.
 * @param end  its code, signal and error (of a start that failed), the last of its words, its path, whether we are root.
 * @returns sentences for people
 */
export function whyEnded({ code, signal, output, error, program, isRoot }) {
  const folder = dirname(program);
  const say = (reason, remedy) =>
    `The desktop app did not start: ${reason}${remedy ? `\nThis mends it: ${remedy}` : ''}`;
  if (error !== undefined) {
    return say(
      `${program} cannot be run (${error.code ?? error.message}).`,
      `delete the folder ${folder} and start again; it is fetched anew`,
    );
  }
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(output)?.[1];
  if (library !== undefined) return say(`this system has no ${library}.`, librariesCommand());
  const libc = /version [`'](GLIBC_[\d.]+)' not found/.exec(output)?.[1];
  if (libc !== undefined) return say(`it needs a newer system (${libc}).`);
  if (/running as root without --no-sandbox/i.test(output)) {
    return say('Electron does not run as root.', 'sudo -u YOUR-NAME npm start');
  }
  if (/setuid_sandbox_host|SUID sandbox helper|No usable sandbox/i.test(output)) {
    const helper = join(folder, 'chrome-sandbox');
    return say(
      'this system (Ubuntu 23.10 and later) forbids the sandbox that Electron keeps pages in.',
      `sudo chown root:root "${helper}" && sudo chmod 4755 "${helper}"`,
    );
  }
  if (/Missing X server|\$DISPLAY|(cannot|unable to|failed to) open (X )?display|connect to Wayland/i.test(output)) {
    return say('there is no display (DISPLAY or WAYLAND_DISPLAY).', 'start it in a desktop session, or: ssh -X');
  }
  if (process.platform === 'darwin' && signal === 'SIGKILL') {
    return say('macOS has stopped it.', `xattr -dr com.apple.quarantine "${join(folder, '..', '..')}"`);
  }
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const root = isRoot ? ' Electron does not run as root; start it as another user.' : '';
  const last = output.trim().split('\n').slice(-5).join('\n');
  return say(`it ended at once (${how}).${root}${last === '' ? '' : `\n${last}`}`);
}

function librariesCommand() {
  if (existsSync('/usr/bin/pacman')) return LIBRARIES.pacman;
  if (existsSync('/usr/bin/dnf')) return LIBRARIES.dnf;
  return isWideTime() ? LIBRARIES.apt64 : LIBRARIES.apt;
}

function isWideTime() {
  if (!existsSync('/etc/os-release')) return false;
  const text = readFileSync('/etc/os-release', 'utf8');
  const value = (name) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(text)?.[1] ?? '';
  const version = Number(value('VERSION_ID'));
  return value('ID') === 'debian' ? version >= 13 : version >= 24.04;
}
