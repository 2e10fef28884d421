import type pg from 'pg';

import type { BenchStage } from './bench-stage.js';
import { rows } from './client-rows.js';

interface ChangedRows {
  readonly organization_id: string;
  readonly chat_ids: string[];
  readonly person_ids: string[];
  readonly kinds: string[];
  readonly roles: (string | null)[];
  readonly reasons: string[];
}

/** As many as the plugin uses side by side. */
const CONNECTIONS = 4;
const COLUMNS = 'organization_id, chat_id, person_id, person_kind, rule_role, reasons';

/** A copy of the memberships that takes over what the plugin wrote, as fast as the database takes rows. */
export class RawMemberTable {
  private constructor(private readonly clients: readonly [pg.Client, ...pg.Client[]]) {}

  static async copy(stage: BenchStage, connectionString: string): Promise<RawMemberTable> {
    const first = await stage.client(connectionString);
    const others = await Promise.all(Array.from({ length: CONNECTIONS - 1 }, () => stage.client(connectionString)));
    await rows(first, 'create table raw_member (like chat_member including all)');
    await rows(first, `insert into raw_member (${COLUMNS}) select ${COLUMNS} from chat_member`);
    await rows(first, 'vacuum analyze chat_member, raw_member');
    return new RawMemberTable([first, ...others]);
  }

  /** Writes what differs, one statement per school. @returns how many rows, and how long the writing took */
  async catchUp(): Promise<{ rows: number; ms: number }> {
    const changed = await this.changed();
    const waiting = [...changed];
    const startedAt = performance.now();
    await Promise.all(
      this.clients.map(async (client) => {
        for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) await write(client, batch);
      }),
    );
    const ms = performance.now() - startedAt;
    if ((await this.changed()).length > 0) throw new Error('the raw writing did not write the same rows');
    return { rows: changed.reduce((sum, { person_ids: people }) => sum + people.length, 0), ms };
  }

  private changed(): Promise<ChangedRows[]> {
    return rows<ChangedRows>(
      this.clients[0],
      `select organization_id, array_agg(chat_id::text) as chat_ids, array_agg(person_id) as person_ids,
              array_agg(member.person_kind) as kinds, array_agg(member.rule_role) as roles,
              array_agg(array_to_string(member.reasons, ',')) as reasons
       from chat_member member left join raw_member raw using (organization_id, chat_id, person_id)
       where (member.rule_role, member.reasons) is distinct from (raw.rule_role, raw.reasons)
       group by organization_id`,
    );
  }
}

async function write(client: pg.Client, batch: ChangedRows): Promise<void> {
  await rows(
    client,
    `insert into raw_member (${COLUMNS})
     select $1, chat_id, person_id, kind, role, string_to_array(reasons, ',')
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
       as given(chat_id, person_id, kind, role, reasons)
     on conflict (organization_id, chat_id, person_id) do update
       set rule_role = excluded.rule_role, reasons = excluded.reasons`,
    [batch.organization_id, batch.chat_ids, batch.person_ids, batch.kinds, batch.roles, batch.reasons],
  );
}
