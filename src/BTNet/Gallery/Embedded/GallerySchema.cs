namespace BTNet.Gallery.Embedded;

/// <summary>How a gallery lies in SQLite.</summary>
internal static class GallerySchema
{
    /// <summary>What SQLite's header says whose file it is: BTNG.</summary>
    public const int ApplicationId = 0x42544E47;

    /// <summary>The schema that this program writes; it reads no newer one. The second says which networks made faces, and what several of a person come to.</summary>
    public const int Version = 2;

    /// <summary>Under which key the gallery says what several faces of a person come to.</summary>
    public const string TemplatesKey = "templates";

    /// <summary>Under which key a gallery says that it is not whole; and, when it is, the name that its file has until it has its own.</summary>
    public const string DraftKey = "copying";

    /// <summary>What it says until it is whole.</summary>
    public const string DraftBegun = "not whole yet";

    /// <summary>What makes a gallery of the first version one of the second; its faces are searched among one by one, as before.</summary>
    public const string ToSecond = "ALTER TABLE models ADD COLUMN networks TEXT; INSERT OR IGNORE INTO gallery VALUES ('templates', 'max'); PRAGMA user_version = 2;";

    /// <summary>Before there is any table. An embedding of 512 numbers takes 2 KB, and of pages of 4 KB nearly half would be empty.</summary>
    public const string Pages = "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;";

    /// <summary>For each connection: what was acknowledged is on the disk, and what was deleted is overwritten; pages are looked at where the system has them, and not copied.</summary>
    public const string Connection = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

    /// <summary>
    /// Numbers of subjects, faces and changes are never used again, so that a search that meets a removed one finds nothing, and not somebody else. An embedding comes last: what is read without it passes over its pages.
    /// </summary>
    public const string Tables =
        """
        CREATE TABLE gallery (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE models (number INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, networks TEXT);
        CREATE TABLE subjects (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
        CREATE TABLE attributes (
            subject INTEGER NOT NULL REFERENCES subjects ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (subject, key)) WITHOUT ROWID;
        CREATE INDEX attributes_by_value ON attributes (key, value);
        CREATE TABLE templates (
            number INTEGER PRIMARY KEY AUTOINCREMENT, subject INTEGER NOT NULL REFERENCES subjects ON DELETE CASCADE, model INTEGER NOT NULL REFERENCES models, resolution INTEGER NOT NULL,
            quality REAL, source TEXT, time INTEGER NOT NULL, checksum INTEGER NOT NULL, embedding BLOB NOT NULL);
        CREATE INDEX templates_by_subject ON templates (subject);
        CREATE INDEX templates_by_source ON templates (source) WHERE source IS NOT NULL;
        CREATE TABLE changes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, id TEXT NOT NULL, subject INTEGER NOT NULL, template INTEGER, time INTEGER NOT NULL);
        """;
}
