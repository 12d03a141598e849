namespace BTNet.Training.Recipes;

/// <summary>How a training set lies on disk.</summary>
public enum DataKind
{
    /// <summary>A folder for each identity, QMUL-SurvFace's <c>training_set</c> included.</summary>
    Folder,

    /// <summary>InsightFace's <c>train.rec</c>, <c>train.idx</c> and <c>property</c>.</summary>
    RecordIo,

    /// <summary>A text file of <c>path&lt;TAB&gt;label</c> lines.</summary>
    List,

    /// <summary>Synthetic faces, drawn as they are needed.</summary>
    Rendered,

    /// <summary>Every picture in a folder and below it, whoever they are of.</summary>
    Pictures
}

/// <summary>Which faces to train on.</summary>
public sealed record DataOptions : IChecked
{
    /// <summary>How the set lies on disk. Default <see cref="DataKind.Folder"/>.</summary>
    public DataKind Kind { get; init; } = DataKind.Folder;

    /// <summary>The folder, or for a list its root. Usually given on the command line with <c>--data</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The list file, for <see cref="DataKind.List"/>.</summary>
    public string? List { get; init; }

    /// <summary>A text file of the identities to keep, a name a line; null for all.</summary>
    public string? Identities { get; init; }

    /// <summary>Identities with fewer images are left out. Default 1: none is.</summary>
    public int MinimumImages { get; init; } = 1;

    /// <summary>Says that identities that are mere numbers are numbered as in the set that the trunk was trained on, of
    /// which this one is a part. Default false: a part of a numbered set is refused against the trunk's classifier, since
    /// equal numbers need not be the same people.</summary>
    public bool SameNumbering { get; init; }

    /// <summary>Share of broken images that is borne before training stops, 0 to 1. Default 0.01.</summary>
    public double GreatestBrokenShare { get; init; } = 0.01;

    /// <summary>People to draw, for <see cref="DataKind.Rendered"/>. Default 200.</summary>
    public int RenderedIdentities { get; init; } = 200;

    /// <summary>Images of each, for <see cref="DataKind.Rendered"/>. Default 16.</summary>
    public int RenderedImages { get; init; } = 16;

    /// <summary>Folder in which decoded pictures of 112 x 112 pixels are kept in a file, for all epochs, runs and ranks on this
    /// machine; best on a disk of its own. Null for none, which is the default: pictures are then kept in each process's memory, up to
    /// 512 MiB.</summary>
    public string? ImageCacheFolder { get; init; }

    /// <summary>The most that such a file may take, in millions of bytes, 37,648 bytes a picture; a set that does not fit is
    /// trained on without, and the run says so. Default 32768: 870,000 pictures.</summary>
    public int ImageCacheMegabytes { get; init; } = 32_768;

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        if (Kind == DataKind.List && List is null) yield return "list: a set of kind list needs the list file";
        if (Kind == DataKind.Rendered && (Identities is not null || MinimumImages > 1)) yield return "identities, minimumImages: synthetic people are not chosen from; say renderedIdentities and renderedImages";
        if (Kind == DataKind.Pictures && MinimumImages > 1) yield return $"minimumImages: {MinimumImages}; pictures of people whom nobody knows have no identities to leave out, expected 1";
        if (MinimumImages < 1) yield return $"minimumImages: {MinimumImages} is less than 1";
        if (GreatestBrokenShare is < 0 or > 1) yield return $"greatestBrokenShare: {GreatestBrokenShare} is not between 0 and 1";
        if (ImageCacheFolder is { Length: 0 }) yield return "imageCacheFolder: is empty; expected a folder, or null for none";
        if (ImageCacheMegabytes < 0) yield return $"imageCacheMegabytes: {ImageCacheMegabytes} is less than 0";
        if (RenderedIdentities < 2) yield return $"renderedIdentities: {RenderedIdentities} is less than 2";
        if (RenderedImages < 1) yield return $"renderedImages: {RenderedImages} is less than 1";
    }
}
