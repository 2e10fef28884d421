import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { PluginBeside } from './plugin-beside.js';

const SCHOOLS = 1_000;
/** First attempts and their short rests are not idle yet. */
const SETTLE_MS = 150_000;
const MEASURED_MS = 60_000;
/** An answer after which nothing is known of a creation, and everything else is tried again. */
const REFUSAL = JSON.stringify({ error: { error_code: 10, error_msg: 'Internal server error' } });

/** A thousand schools whose messenger refuses everything: what waiting for it costs. */
export const idleCpuBench: Bench = {
  figures: [{ name: 'idle-cpu-percent', unit: '%', target: { bound: 'at-most', value: 5 } }],
  limitMs: 420_000,
  async measure(stage) {
    const schools = Math.ceil(SCHOOLS * stage.options.scale);
    const size = { schools, classes: 1, studentsPerClass: 1, guardians: 1, administrators: true };
    const connectionString = await stage.database();
    let requests = 0;
    const messenger = createServer((request, response) => {
      requests += 1;
      request.resume();
      response.setHeader('content-type', 'application/json').end(REFUSAL);
    });
    await new Promise<void>((resolve) => messenger.listen(0, '127.0.0.1', resolve));
    try {
      const vkUrl = `http://127.0.0.1:${(messenger.address() as AddressInfo).port}`;
      const plugin = await PluginBeside.start(stage, { connectionString, size, vkUrl });
      await plugin.idle;
      const client = await stage.client(connectionString);
      const administrators = await rows<{ id: string }>(
        client,
        'select chat_administrator_id as id from organization where chat_administrator_id is not null',
      );
      await plugin.link(administrators.map(({ id }, index) => administratorLink(id, index)));
      await delay(SETTLE_MS);
      const [before, asked] = [await plugin.cpuMs(), requests];
      await delay(MEASURED_MS);
      const value = (((await plugin.cpuMs()) - before) / MEASURED_MS) * 100;
      const note = `${schools} schools, ${requests - asked} requests refused in ${MEASURED_MS / 1000} s, ${SETTLE_MS / 1000} s after the first ones`;
      return { 'idle-cpu-percent': { value, note } };
    } finally {
      messenger.closeAllConnections();
      messenger.close();
    }
  },
};

function administratorLink(personId: string, index: number): Parameters<PluginBeside['link']>[0][number] {
  return {
    personId,
    externalUserId: String(500_000_000 + index),
    givenName: 'Имя',
    familyName: 'Фамилия',
    roles: [],
    tokens: {
      accessToken: `access-${index}`,
      refreshToken: `refresh-${index}`,
      deviceId: `device-${index}`,
      expiresAt: new Date(Date.now() + 86_400_000),
      scopes: ['vkid.personal_info', 'messages'],
    },
  };
}
