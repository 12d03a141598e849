-- A gallery is a schema of its own. {schema} is its name, {vector} that of the schema where pgvector is, {size} the numbers of an embedding.

-- One row: what the gallery is, and how much is in it. Whoever writes locks it before the first change is numbered, so that changes are numbered in the order in which they are seen.
CREATE TABLE {schema}.gallery (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id uuid NOT NULL,
    created timestamptz NOT NULL,
    model text NOT NULL,
    compatibility text NOT NULL,
    size integer NOT NULL,
    model_name text NOT NULL,
    fusion text NOT NULL,
    subjects bigint NOT NULL DEFAULT 0,
    templates bigint NOT NULL DEFAULT 0,
    forgotten bigint NOT NULL DEFAULT 0
);

CREATE TABLE {schema}.models (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint text COLLATE "C" NOT NULL UNIQUE,
    networks text
);

-- Numbers are never used again. Texts are compared by code point, whatever the database's language.
CREATE SEQUENCE {schema}.subject_numbers;
CREATE TABLE {schema}.subjects (
    number bigint PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL
);

CREATE TABLE {schema}.attributes (
    subject bigint NOT NULL REFERENCES {schema}.subjects ON DELETE CASCADE,
    key text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    PRIMARY KEY (subject, key)
);
CREATE INDEX attributes_by_value ON {schema}.attributes (key, value, subject);

-- A face as it was enrolled, and what is searched among: of length 1 in half precision, which is scanned or indexed. That is the face itself; or, where faces of a subject are fused, it is of the face that stands
-- for several what they are fused into, with the numbers that scores are computed from and the faces that it was made of, and of the others nothing.
-- What is scanned lies in the row; the numbers lie beside the table, where a scan does not read them, and are not compressed, as that would save nothing.
CREATE SEQUENCE {schema}.template_numbers;
CREATE TABLE {schema}.templates (
    number bigint PRIMARY KEY,
    subject bigint NOT NULL REFERENCES {schema}.subjects ON DELETE CASCADE,
    model integer NOT NULL REFERENCES {schema}.models,
    resolution integer NOT NULL,
    quality double precision,
    source text COLLATE "C",
    time timestamptz NOT NULL,
    checksum bigint NOT NULL,
    embedding bytea NOT NULL,
    code {vector}.halfvec({size}),
    fused bytea,
    fused_checksum bigint,
    members bigint[]
);
ALTER TABLE {schema}.templates ALTER COLUMN code SET STORAGE PLAIN, ALTER COLUMN embedding SET STORAGE EXTERNAL, ALTER COLUMN fused SET STORAGE EXTERNAL;
CREATE INDEX templates_by_subject ON {schema}.templates (subject);
CREATE INDEX templates_by_source ON {schema}.templates (source) WHERE source IS NOT NULL;

CREATE TABLE {schema}.changes (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind smallint NOT NULL,
    id text COLLATE "C" NOT NULL,
    template bigint,
    time timestamptz NOT NULL
);
