import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { Container, type ServiceIdentifier } from 'inversify';
import { EMPTY } from 'rxjs';
import { satisfies } from 'semver';

import {
  LessonJournalButtonContribution,
  MenuContribution,
  MetaroleContribution,
  OrganizationSettingContribution,
  RightContribution,
  ShortcutContribution,
  WindowContribution,
} from '../../src/host/contribution-points.js';
import { HostDirectory } from '../../src/host/host-directory.js';
import { HostClock, HostDatabase, HostHttp, HostLogger, HostSettings } from '../../src/host/host-services.js';
import { HostSession } from '../../src/host/host-session.js';
import { HostStreams } from '../../src/host/host-streams.js';
import {
  HOST_API_VERSION,
  type PluginDefinition,
  PluginLifecycle,
  type PluginManifest,
} from '../../src/host/plugin-definition.js';
import { settingsJsonSchema } from '../../src/settings.js';

const POINTS: Readonly<Record<keyof PluginManifest['contributes'], ServiceIdentifier<{ readonly id: string }>>> = {
  rights: RightContribution,
  metaroles: MetaroleContribution,
  shortcuts: ShortcutContribution,
  menu: MenuContribution,
  windows: WindowContribution,
  organizationSettings: OrganizationSettingContribution,
  lessonJournalButtons: LessonJournalButtonContribution,
};

describe('plugin.manifest.json', () => {
  let manifest: PluginManifest;
  let plugin: PluginDefinition;
  let container: Container;

  before(async () => {
    manifest = JSON.parse(await readFile('plugin.manifest.json', 'utf8')) as PluginManifest;
    plugin = (await import('../../src/index.js')).default;
    container = hostContainer();
    container.load(...plugin.modules);
  });

  it('names the plugin as the code does', () => {
    expect(manifest.id).to.equal(plugin.id);
    expect(manifest.title).to.be.a('string').and.not.empty;
  });

  it("carries the package's version", async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
    expect(manifest.version).to.equal(version);
  });

  it('accepts the host API it is written for', () => {
    expect(satisfies(HOST_API_VERSION, manifest.hostApi), manifest.hostApi).to.equal(true);
  });

  it('lists the contribution points of the code, no more and no fewer', () => {
    expect(manifest.contributes).to.have.all.keys(...Object.keys(POINTS));
  });

  for (const [name, point] of Object.entries(POINTS)) {
    it(`lists the ids of ${name} that the modules bind`, () => {
      const bound = container.isBound(point) ? container.getAll(point).map(({ id }) => id) : [];
      expect(manifest.contributes[name as keyof PluginManifest['contributes']]).to.have.members(bound);
      expect(new Set(bound).size, 'ids are unique').to.equal(bound.length);
    });
  }

  it('carries the settings schema of the code', () => {
    expect(manifest.settings).to.deep.equal(JSON.parse(JSON.stringify(settingsJsonSchema())));
  });

  it('points to files that the build makes', async () => {
    for (const path of [manifest.entry.server, manifest.entry.web]) {
      expect(existsSync(path), `${path} (npm run build makes it)`).to.equal(true);
    }
    expect(await readdir(manifest.migrations)).to.satisfy((files: string[]) =>
      files.some((file) => file.endsWith('.js')),
    );
  });

  it('leads to a server entry that is this plugin', async () => {
    const entry = (await import(new URL(`../../${manifest.entry.server}`, import.meta.url).href)) as {
      readonly default: { readonly id: string; readonly modules: readonly unknown[] };
    };
    expect(entry.default.id).to.equal(manifest.id);
    expect(entry.default.modules).to.have.length(plugin.modules.length);
  });

  it('belongs to modules that bind one lifecycle', () => {
    const lifecycle = container.get(PluginLifecycle);
    expect(lifecycle).to.respondTo('start').and.to.respondTo('stop');
  });
});

/** A host that is there, and does nothing: collecting contributions must not need more. */
function hostContainer(): Container {
  const container = new Container();
  const refuse = (): never => {
    throw new Error('Collecting contributions asks nothing of the host.');
  };
  // The container looks for `then` to tell promises from values.
  const directory = new Proxy({} as HostDirectory, { get: (_, name) => (name === 'then' ? undefined : refuse) });
  container.bind(HostSettings).toConstantValue({ values: {} });
  container.bind(HostLogger).toConstantValue({ debug: refuse, info: refuse, warn: refuse, error: refuse });
  container.bind(HostClock).toConstantValue({ now: refuse, after: refuse });
  container.bind(HostDatabase).toConstantValue({ connectionString: 'postgres://127.0.0.1:1/nothing' });
  container.bind(HostHttp).toConstantValue({
    baseUrl: 'http://127.0.0.1/plugins/sferum',
    desktopUrl: 'http://127.0.0.1/',
    mount: refuse,
  });
  container.bind(HostSession).toConstantValue({ current: refuse });
  container.bind(HostStreams).toConstantValue({ enrollment: EMPTY, schedule: EMPTY });
  container.bind(HostDirectory).toConstantValue(directory);
  return container;
}
