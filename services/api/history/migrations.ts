// The shape of history.db. Everything that belongs to a person is keyed by user_id first; the word index is a table per
// person (words_N, made by words.ts) and a vector table is partitioned by person (vectors_N, made by vectors.ts).
import type { Migrations } from '#appliance/store/open.ts'

export const migrations: Migrations = [
  (store) => {
    // AUTOINCREMENT where a number names an index's row or table: it must never name another one later.
    store.exec(`
      CREATE TABLE people (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id TEXT NOT NULL UNIQUE
      );
      CREATE TABLE conversations (
        user_id TEXT NOT NULL,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        PRIMARY KEY (user_id, id)
      ) WITHOUT ROWID;
      CREATE UNIQUE INDEX conversations_recent ON conversations (user_id, updated_ms);
      CREATE TABLE turns (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id TEXT NOT NULL,
        conversation_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        role TEXT NOT NULL,
        content TEXT NOT NULL,
        reasoning TEXT,
        state TEXT NOT NULL,
        model TEXT,
        tokens INTEGER,
        tokens_per_second REAL,
        first_token_ms REAL,
        error TEXT,
        created_ms INTEGER NOT NULL,
        indexed INTEGER NOT NULL DEFAULT 0,
        embedder INTEGER NOT NULL DEFAULT 0,
        FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id)
      );
      CREATE UNIQUE INDEX turns_order ON turns (user_id, conversation_id, position);
      CREATE UNIQUE INDEX turns_id ON turns (user_id, id);
      CREATE INDEX turns_embedder ON turns (user_id, embedder) WHERE indexed = 1;
      CREATE INDEX turns_streaming ON turns (user_id, state) WHERE state = 'streaming';
      CREATE TABLE embedders (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        model TEXT NOT NULL,
        dimensions INTEGER NOT NULL,
        UNIQUE (model, dimensions)
      );
    `)
  },
]
