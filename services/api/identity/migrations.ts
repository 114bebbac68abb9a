// The shape of identity.db. What people and programs sign in with stands here as hashes alone; what belongs to a person
// goes with the person.
import type { Migrations } from '#appliance/store/open.ts'

export const migrations: Migrations = [
  (store) => {
    store.exec(`
      CREATE TABLE people (
        user_id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        password TEXT NOT NULL,
        expires_ms INTEGER,
        created_ms INTEGER NOT NULL,
        seen_ms INTEGER
      ) WITHOUT ROWID;
      CREATE TABLE recovery (
        user_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
        hash BLOB NOT NULL,
        expires_ms INTEGER,
        PRIMARY KEY (user_id, hash)
      ) WITHOUT ROWID;
      CREATE TABLE sessions (
        user_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
        id TEXT NOT NULL UNIQUE,
        hash BLOB NOT NULL UNIQUE,
        device TEXT NOT NULL,
        address TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        seen_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        fresh_ms INTEGER NOT NULL,
        PRIMARY KEY (user_id, id)
      ) WITHOUT ROWID;
      CREATE TABLE tokens (
        user_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
        id TEXT NOT NULL UNIQUE,
        hash BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        prefix TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        expires_ms INTEGER,
        used_ms INTEGER,
        PRIMARY KEY (user_id, id)
      ) WITHOUT ROWID;
      CREATE TABLE passkeys (
        user_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
        id TEXT NOT NULL UNIQUE,
        credential TEXT NOT NULL UNIQUE,
        public_key BLOB NOT NULL,
        counter INTEGER NOT NULL,
        transports TEXT NOT NULL,
        host TEXT NOT NULL,
        name TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        used_ms INTEGER,
        PRIMARY KEY (user_id, id)
      ) WITHOUT ROWID;
      CREATE TABLE invitations (
        id TEXT NOT NULL PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        role TEXT NOT NULL,
        person_expires_ms INTEGER,
        made_by TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL
      ) WITHOUT ROWID;
    `)
  },
]
