using BTNet.Faces;
using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;

namespace BTNet.Training.Recipes;

/// <summary>Opens the set of faces that a recipe names.</summary>
public static class FaceSources
{
    /// <summary>Opens it.</summary>
    /// <param name="options">Kind, place and choice of identities.</param>
    /// <param name="seed">Of synthetic faces.</param>
    /// <param name="skipped">Told of records that cannot be read.</param>
    /// <exception cref="InputException">The set is missing, empty or broken.</exception>
    public static IFaceSource Open(DataOptions options, ulong seed, SkippedItems? skipped = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var identities = options.Identities is { } list ? IdentityList.Read(list) : null;
        return options.Kind switch
        {
            DataKind.Rendered => new RenderedSource(seed, options.RenderedIdentities, options.RenderedImages),
            DataKind.Folder => new FolderSource(Root(options), new FolderSourceOptions { Identities = identities, MinimumImages = options.MinimumImages }),
            DataKind.Pictures => new PictureSource(Root(options), identities),
            DataKind.List => Subset(new ListSource(options.List!, options.Path), identities, options.MinimumImages),
            DataKind.RecordIo => Subset(new RecordIoSource(Root(options), skipped, options.GreatestBrokenShare), identities, options.MinimumImages),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Kind, "unknown kind")
        };
    }

    private static IFaceSource Subset(IFaceSource source, IReadOnlyList<string>? identities, int minimumImages) =>
        identities is null && minimumImages <= 1 ? source : new SubsetSource(source, identities, minimumImages);

    private static string Root(DataOptions options) => options.Path
        ?? throw new InputException("the recipe names no place for the faces; say --data FOLDER, or \"data\": { \"path\": \"...\" }");
}
