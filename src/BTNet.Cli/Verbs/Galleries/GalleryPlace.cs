using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Postgres;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>Where a gallery is: in a file, or on a server. What one kind can and the other cannot is settled here, and no verb asks which it is.</summary>
internal abstract class GalleryPlace
{
    /// <summary>The place that a user names: the address of a server, or a file.</summary>
    /// <exception cref="InputException">It looks like an address and is none; it is not repeated, as there may be a password in it.</exception>
    public static GalleryPlace Of(string text) => PostgresAddress.IsAddress(text) ? new ServerPlace(PostgresAddress.Parse(text)) : new FilePlace(text);

    /// <summary>What it is called to people; passwords are left out.</summary>
    public abstract string Name { get; }

    /// <summary>What is yet to be done about people who were removed; null where nothing is.</summary>
    public abstract string? AfterRemoval { get; }

    /// <summary>What may be done about a copy that was made there; null where nothing is.</summary>
    public abstract string? AfterCopy { get; }

    public abstract Task<IGallery> CreateAsync(EmbeddingModel model, TemplateFusion templates, CancellationToken cancellation);

    /// <summary>Makes a gallery of everybody in another one.</summary>
    public abstract Task<GalleryCounts> CreateCopyAsync(IGallery from, IProgress<WorkProgress> progress, CancellationToken cancellation);

    /// <summary>Whether another name means the same place, as far as names tell.</summary>
    public abstract bool Is(GalleryPlace other);

    /// <summary>Says what several faces of a person come to in a search.</summary>
    /// <returns>What they came to before.</returns>
    public abstract Task<TemplateFusion> UseTemplatesAsync(TemplateFusion templates, CancellationToken cancellation);

    /// <summary>Opens the gallery.</summary>
    /// <param name="model">The model whose embeddings are used with it; null for its own.</param>
    /// <param name="cancellation">Ends it.</param>
    public abstract Task<IGallery> OpenAsync(EmbeddingModel? model, CancellationToken cancellation);

    /// <summary>Bytes that it takes, and in words how it is searched.</summary>
    public abstract Task<(long Bytes, string Search)> StorageAsync(IGallery gallery, CancellationToken cancellation);

    /// <summary>Gives back what is not used.</summary>
    public abstract Task CompactAsync(IGallery gallery, CancellationToken cancellation);

    /// <summary>Writes a copy as a file, which is a gallery.</summary>
    public abstract Task BackupAsync(string copy, CancellationToken cancellation);

    /// <summary>Builds an index for approximate search.</summary>
    public abstract Task BuildIndexAsync(PostgresIndexOptions options, IProgress<WorkProgress> progress, CancellationToken cancellation);

    /// <summary>How much of what a scan finds the index finds too.</summary>
    public abstract Task<PostgresRecall> RecallAsync(int searches, CancellationToken cancellation);

    /// <summary>Takes the index away.</summary>
    public abstract Task DropIndexAsync(CancellationToken cancellation);

    /// <summary>The file that a user names where only a file will do.</summary>
    /// <exception cref="InputException">It is the address of a server.</exception>
    public abstract string RequireFile();
}
