namespace BTNet.Gallery;

/// <summary>What a gallery is.</summary>
/// <param name="Id">Tells it from every other; backups share it, and what <see cref="GalleryTransfer"/> writes is another gallery.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Model">The model that it was made with. Embeddings of every model of the same compatibility may be enrolled and searched for.</param>
public sealed record GalleryInfo(Guid Id, DateTimeOffset Created, Embeddings.EmbeddingModel Model)
{
    /// <summary>What several faces of a person come to in a search. Default each by itself.</summary>
    public TemplateFusion Templates { get; init; } = TemplateFusion.Max;
}

/// <summary>How much is in a gallery.</summary>
/// <param name="Subjects">People.</param>
/// <param name="Templates">Their faces.</param>
/// <param name="LastChange">The number of the last change; 0 where nothing was ever changed.</param>
public sealed record GalleryCounts(long Subjects, long Templates, long LastChange);
