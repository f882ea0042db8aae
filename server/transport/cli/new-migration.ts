import { openDatabase, migrate } from '../../storage/database.ts';
import { entities } from '../../domain/tables.ts';
import type { MikroORM } from '@mikro-orm/core';
import type { Migrator } from '@mikro-orm/migrations';

// npm run migration -- NAME: writes migrations/<time>_NAME.ts with what the entities have and the migrations lack.
const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error('Usage: npm run migration -- NAME   (lower-case words joined by dashes)');
  process.exit(2);
}
const database = await openDatabase({ kind: 'embedded' }, entities);
await migrate(database);
const { fileName } = await (database.orm as MikroORM & { migrator: Migrator }).migrator.create(
  undefined,
  false,
  false,
  name,
);
console.log(fileName ? `Wrote migrations/${fileName}` : 'The migrations already give what the entities say.');
await database.close();
