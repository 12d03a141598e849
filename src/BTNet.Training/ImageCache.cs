using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;

namespace BTNet.Training;

/// <summary>The cache of decoded pictures that a recipe asks for.</summary>
internal static class ImageCache
{
    /// <summary>Opens it on this rank; null where the recipe names none, or where there can be none, which it says.</summary>
    public static PictureCache? Of(DataOptions data, IFaceSource source, TrainingObserver observer, IProcessGroup group) =>
        data.ImageCacheFolder is { } folder && data.ImageCacheMegabytes > 0
            ? PictureCache.Open(source, folder, data.ImageCacheMegabytes * 1_000_000L, observer.Message, group.Rank == 0 ? observer.Message : null)
            : null;
}
