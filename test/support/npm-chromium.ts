import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export interface NpmChromium {
  readonly executablePath: string;
  /** Settings of fontconfig: the machine's own fonts, and Open Sans, which has Cyrillic, for machines without any. */
  readonly fontSettings: string;
  /** Folder of the shared libraries that a small system image lacks. */
  readonly libraries: string;
}

const CACHE = resolve('node_modules/.cache');
const UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";

/** Chromium as npm brings it, unpacked once beside the packages. Harmless in several processes at once. */
export async function npmChromium(): Promise<NpmChromium> {
  const folder = join(CACHE, `chromium-${await packageVersion()}`);
  if (!existsSync(folder)) await unpack(folder);
  return {
    executablePath: join(folder, 'chromium'),
    fontSettings: join(folder, 'fonts.conf'),
    libraries: join(folder, 'al2023', 'lib'),
  };
}

async function packageVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile('node_modules/@sparticuz/chromium/package.json', 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}

async function unpack(folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(`${folder}-`);
  // The package unpacks into the folder for temporary files, and its libraries only where it believes to be in a Lambda.
  const env = { ...process.env, TMPDIR: partial, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], { env });
  await writeFile(join(partial, 'fonts.conf'), fontSettings(folder));
  try {
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
