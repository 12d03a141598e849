using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Gallery.Postgres;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>A gallery in a file.</summary>
internal sealed class FilePlace(string path) : GalleryPlace
{
    public override string Name => path;

    public override string? AfterRemoval => null;

    public override string? AfterCopy => null;

    public override Task<IGallery> CreateAsync(EmbeddingModel model, TemplateFusion templates, CancellationToken cancellation) => Task.FromResult<IGallery>(EmbeddedGallery.Create(path, model, templates));

    public override Task<GalleryCounts> CreateCopyAsync(IGallery from, IProgress<WorkProgress> progress, CancellationToken cancellation) => EmbeddedGallery.CreateCopyAsync(path, from, progress, cancellation);

    public override bool Is(GalleryPlace other) => other is FilePlace file && Path.GetFullPath(file.Name) == Path.GetFullPath(path);

    public override async Task<TemplateFusion> UseTemplatesAsync(TemplateFusion templates, CancellationToken cancellation)
    {
        await using var gallery = EmbeddedGallery.Open(path);
        var before = gallery.Info.Templates;
        await gallery.UseTemplatesAsync(templates, cancellation).ConfigureAwait(false);
        return before;
    }

    public override Task<IGallery> OpenAsync(EmbeddingModel? model, CancellationToken cancellation) => Task.FromResult<IGallery>(EmbeddedGallery.Open(path, model));

    public override Task<(long Bytes, string Search)> StorageAsync(IGallery gallery, CancellationToken cancellation) => Task.FromResult((new FileInfo(path).Length, "exact"));

    public override Task CompactAsync(IGallery gallery, CancellationToken cancellation) => ((EmbeddedGallery)gallery).CompactAsync(cancellation);

    public override async Task BackupAsync(string copy, CancellationToken cancellation)
    {
        await using var gallery = EmbeddedGallery.Open(path);
        await gallery.BackupAsync(copy, cancellation).ConfigureAwait(false);
    }

    public override Task BuildIndexAsync(PostgresIndexOptions options, IProgress<WorkProgress> progress, CancellationToken cancellation) => throw NoIndex();

    public override Task<PostgresRecall> RecallAsync(int searches, CancellationToken cancellation) => throw NoIndex();

    public override Task DropIndexAsync(CancellationToken cancellation) => throw NoIndex();

    public override string RequireFile() => path;

    private InputException NoIndex() => new($"{path}: is a gallery in a file, which is searched exactly and has no index; expected the address of one on PostgreSQL, such as postgres://user@host/database?gallery=people");
}
