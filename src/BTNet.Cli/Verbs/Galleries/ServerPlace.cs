using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Postgres;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>A gallery on a PostgreSQL server.</summary>
internal sealed class ServerPlace(PostgresAddress address) : GalleryPlace
{
    public override string Name => $"{address}";

    public override string AfterRemoval => "their bytes stay in the server's tables until `btnet gallery compact`, and in its log, replicas and backups beyond that";

    public override string AfterCopy => "searches are exact, by a scan; `btnet gallery index` builds an index for approximate search";

    public override async Task<IGallery> CreateAsync(EmbeddingModel model, TemplateFusion templates, CancellationToken cancellation) => await PostgresGallery.CreateAsync(address, model, templates, cancellation).ConfigureAwait(false);

    public override Task<GalleryCounts> CreateCopyAsync(IGallery from, IProgress<WorkProgress> progress, CancellationToken cancellation) => PostgresGallery.CreateCopyAsync(address, from, progress, cancellation);

    public override bool Is(GalleryPlace other) => other is ServerPlace && other.Name == Name;

    public override async Task<TemplateFusion> UseTemplatesAsync(TemplateFusion templates, CancellationToken cancellation)
    {
        await using var gallery = await PostgresGallery.OpenAsync(address, cancellation: cancellation).ConfigureAwait(false);
        var before = gallery.Info.Templates;
        await gallery.UseTemplatesAsync(templates, cancellation).ConfigureAwait(false);
        return before;
    }

    public override async Task<IGallery> OpenAsync(EmbeddingModel? model, CancellationToken cancellation) => await PostgresGallery.OpenAsync(address, model, cancellation).ConfigureAwait(false);

    public override async Task<(long Bytes, string Search)> StorageAsync(IGallery gallery, CancellationToken cancellation)
    {
        var storage = await ((PostgresGallery)gallery).StorageAsync(cancellation).ConfigureAwait(false);
        var search = storage.IndexBytes is not { } bytes ? "exact, by a scan; `btnet gallery index` builds an index for approximate search"
            : address.Options.Search == PostgresSearch.Exact ? $"exact, by a scan, as the address asks for; there is an index of {bytes:N0} bytes"
            : $"approximate, by an index of {bytes:N0} bytes with {address.Options.CandidatesInView} candidates in view";
        return (storage.Bytes, $"{search}; PostgreSQL {storage.Server}, pgvector {storage.Vector}");
    }

    public override Task CompactAsync(IGallery gallery, CancellationToken cancellation) => ((PostgresGallery)gallery).CompactAsync(cancellation);

    public override Task BackupAsync(string copy, CancellationToken cancellation) => throw Elsewhere();

    public override async Task BuildIndexAsync(PostgresIndexOptions options, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        await using var gallery = await PostgresGallery.OpenAsync(address, cancellation: cancellation).ConfigureAwait(false);
        await gallery.BuildIndexAsync(options, progress, cancellation).ConfigureAwait(false);
    }

    public override async Task<PostgresRecall> RecallAsync(int searches, CancellationToken cancellation)
    {
        await using var gallery = await PostgresGallery.OpenAsync(address, cancellation: cancellation).ConfigureAwait(false);
        return await gallery.RecallAsync(searches, cancellation: cancellation).ConfigureAwait(false);
    }

    public override async Task DropIndexAsync(CancellationToken cancellation)
    {
        await using var gallery = await PostgresGallery.OpenAsync(address, cancellation: cancellation).ConfigureAwait(false);
        await gallery.DropIndexAsync(cancellation).ConfigureAwait(false);
    }

    public override string RequireFile() => throw Elsewhere();

    private InputException Elsewhere() => new(
        $"{Name}: is on a server, and this is for galleries in files; PostgreSQL's own tools copy it, while it is used, and bring it back: pg_dump --schema '\"{address.Gallery.Replace("\"", "\"\"", StringComparison.Ordinal)}\"' --format custom --file copy.dump \"{address.Database}\", "
        + "pg_restore --dbname DATABASE copy.dump; or the whole server with pg_basebackup");
}
