// The shape of audit.db. Entries are only added; the triggers let nothing be deleted but what an anchor covers, and
// nothing be changed. They stop mistakes, not somebody who can write the file: that is what the chain is for.
import type { Migrations } from '#appliance/store/open.ts'

const refuse = (why: string): string => `BEGIN SELECT RAISE(ABORT, '${why}'); END`

export const migrations: Migrations = [
  (store) => {
    // person … details: the entry's fields, in the contract's words. anchors: up to which entry was pruned, that one's
    // hash, how many in all. clock_runs: the first entry of each run in which the clock did not go back (times.ts).
    // marks: what each entry can be found by (marks.ts); prefixes of up to 4 letters have lists of their own.
    store.exec(`
      CREATE TABLE entries (
        seq INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        person TEXT,
        name TEXT,
        by TEXT NOT NULL,
        by_id TEXT,
        action TEXT NOT NULL,
        outcome TEXT NOT NULL,
        code TEXT,
        address TEXT,
        agent TEXT,
        target TEXT,
        details TEXT NOT NULL,
        hash BLOB NOT NULL
      ) STRICT;
      CREATE TABLE anchors (
        seq INTEGER PRIMARY KEY,
        hash BLOB NOT NULL,
        pruned INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE clock_runs (first_seq INTEGER PRIMARY KEY) STRICT;
      CREATE VIRTUAL TABLE marks USING fts5(words, content='', contentless_delete=1, detail=none,
        prefix='1 2 3 4', tokenize='ascii');
      CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
        WHEN NEW.seq <= (SELECT max(seq) FROM entries) ${refuse('entries are only added at the end')};
      CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries ${refuse('entries are never changed')};
      CREATE TRIGGER entries_kept BEFORE DELETE ON entries
        WHEN OLD.seq > (SELECT coalesce(max(seq), 0) FROM anchors) ${refuse('only pruned entries are deleted')};
      CREATE TRIGGER anchors_in_order BEFORE INSERT ON anchors
        WHEN NEW.seq <= (SELECT max(seq) FROM anchors) ${refuse('anchors are only added at the end')};
      CREATE TRIGGER anchors_unchanged BEFORE UPDATE ON anchors ${refuse('anchors are never changed')};
      CREATE TRIGGER anchors_kept BEFORE DELETE ON anchors ${refuse('anchors are never deleted')};
    `)
  },
]
