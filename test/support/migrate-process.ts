import { migrate } from '../../src/storage/migrate.js';

/** A process that does nothing but bring the schema up to date. */
await migrate(process.argv[2] ?? '');
