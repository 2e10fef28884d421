import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { HOST_API_VERSION } from '../../src/host/plugin-definition.js';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expect } from 'chai';
import { Container } from 'inversify';

import { HostHttp, HostSettings } from '../../src/host/host-services.js';
import { HostSession } from '../../src/host/host-session.js';
import type { PluginManifest } from '../../src/host/plugin-definition.js';
import { HostError } from '../../fixtures/host/host-error.js';
import { loadPlugin } from '../../fixtures/host/plugin-loader.js';
import { readPluginManifest } from '../../fixtures/host/plugin-manifest.js';
import { PROBE_MANIFEST } from '../support/test-plugin/probe-host.js';

const NOTHING: PluginManifest['contributes'] = {
  rights: [],
  metaroles: [],
  shortcuts: [],
  menu: [],
  windows: [],
  organizationSettings: [],
  lessonJournalButtons: [],
};

describe('loadPlugin', () => {
  const made: string[] = [];
  afterEach(async () => {
    for (const file of made.splice(0)) await rm(file, { recursive: true });
  });

  /** A manifest beside the test plugins, like the probe's except for what is given. */
  async function manifestLike(changes: object): Promise<string> {
    const probe = JSON.parse(await readFile(PROBE_MANIFEST, 'utf8')) as object;
    const file = join(dirname(PROBE_MANIFEST), `made-${process.pid}-${made.length}.manifest.json`);
    made.push(file);
    await writeFile(file, JSON.stringify({ ...probe, ...changes }));
    return file;
  }

  function containerOfHost(): Container {
    const container = new Container();
    container.bind(HostHttp).toConstantValue({ baseUrl: '', desktopUrl: '', mount: () => () => undefined });
    container.bind(HostSession).toConstantValue({ current: async () => undefined });
    container.bind(HostSettings).toConstantValue({ values: {} });
    return container;
  }

  async function failureOf(manifestPath: string): Promise<HostError> {
    try {
      await loadPlugin(manifestPath, containerOfHost());
    } catch (error) {
      if (error instanceof HostError) return error;
      throw error;
    }
    throw new Error('the plugin was loaded');
  }

  it('collects every contribution, sorted by order, and a lifecycle', async () => {
    const { manifest, contributions, lifecycle, webEntry } = await loadPlugin(PROBE_MANIFEST, containerOfHost());
    expect(manifest.id).to.equal('probe');
    expect(contributions.rights.map(({ id }) => id)).to.deep.equal(['probe.lesson.greet', 'probe.lesson.end']);
    expect(contributions.lessonJournalButtons.map(({ id }) => id)).to.deep.equal(['probe.greet', 'probe.broken']);
    expect(contributions.desktopStates).to.have.length(2);
    expect(webEntry).to.equal(join(dirname(PROBE_MANIFEST), 'web/probe.js'));
    await lifecycle.stop();
  });

  it('refuses a manifest that is missing, not JSON, or of another shape, and says where', async () => {
    expect(await failureOf('/nowhere/plugin.manifest.json')).to.include({ code: 'HOST_MANIFEST_INVALID' });
    const folder = await mkdtemp(join(tmpdir(), 'manifest-'));
    made.push(folder);
    await writeFile(join(folder, 'cut.json'), '{"id": "pro');
    expect(await failureOf(join(folder, 'cut.json'))).to.include({ code: 'HOST_MANIFEST_INVALID' });
    const failure = await failureOf(await manifestLike({ entry: { server: 'probe-plugin.ts' } }));
    expect(failure).to.include({ code: 'HOST_MANIFEST_INVALID' });
    expect(failure.message).to.include('entry.web');
  });

  it('refuses entries outside the folder of the manifest', async () => {
    for (const server of ['../evil.ts', '/tmp/evil.ts']) {
      const failure = await failureOf(await manifestLike({ entry: { server, web: 'web/probe.js' } }));
      expect(failure).to.include({ code: 'HOST_MANIFEST_INVALID' });
    }
  });

  it('refuses a plugin made for another host API before any of its code runs', async () => {
    const failure = await failureOf(
      await manifestLike({ hostApi: '^2.0.0', entry: { server: 'absent.ts', web: 'absent.js' } }),
    );
    expect(failure).to.include({ code: 'HOST_API_MISMATCH' });
    expect(failure.message).to.include('^2.0.0').and.to.include(HOST_API_VERSION);
    for (const hostApi of ['^1.0.0', '1.x', '>=1 <3']) {
      expect((await readPluginManifest(await manifestLike({ hostApi }))).manifest.hostApi).to.equal(hostApi);
    }
    expect(await failureOf(await manifestLike({ hostApi: 'newest' }))).to.include({ code: 'HOST_MANIFEST_INVALID' });
  });

  it('names ids that manifest and code do not share', async () => {
    const contributes = { ...NOTHING, rights: ['probe.lesson.greet', 'probe.absent'] };
    const failure = await failureOf(await manifestLike({ contributes }));
    expect(failure).to.include({ code: 'HOST_MANIFEST_INVALID' });
    expect(failure.message).to.include('"probe.absent" is named but not contributed');
    expect(failure.message).to.include('"probe.lesson.end" is contributed but not named');
  });

  it('refuses an id contributed twice', async () => {
    const changes = { id: 'twin', entry: { server: 'twin-plugin.ts', web: 'web/probe.js' }, contributes: NOTHING };
    const failure = await failureOf(await manifestLike(changes));
    expect(failure).to.include({ code: 'HOST_CONTRIBUTION_DUPLICATE' });
    expect(failure.message).to.include('twin.metarole');
  });

  it('refuses a server entry that cannot be imported, has no door, is of another plugin, or has no lifecycle', async () => {
    const entry = (server: string): object => ({ entry: { server, web: 'web/probe.js' }, contributes: NOTHING });
    const cases = [
      { changes: entry('absent.ts'), says: 'absent.ts' },
      { changes: entry('doorless-plugin.ts'), says: 'default export' },
      { changes: entry('twin-plugin.ts'), says: '"twin"' },
      { changes: { id: 'lifeless', ...entry('lifeless-plugin.ts') }, says: 'PluginLifecycle' },
    ];
    for (const { changes, says } of cases) {
      const failure = await failureOf(await manifestLike(changes));
      expect(failure).to.include({ code: 'HOST_PLUGIN_LOAD_FAILED' });
      expect(failure.message).to.include(says);
    }
  });
});
