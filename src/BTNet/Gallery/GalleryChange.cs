namespace BTNet.Gallery;

/// <summary>What happened to a subject.</summary>
public enum GalleryChangeKind
{
    /// <summary>A face was enrolled.</summary>
    Enrolled = 1,

    /// <summary>Name or attributes were changed.</summary>
    Updated = 2,

    /// <summary>The subject was removed, with all faces.</summary>
    Removed = 3,

    /// <summary>A face was removed, and the subject has others.</summary>
    FaceRemoved = 4
}

/// <summary>A change of a gallery.</summary>
/// <param name="Sequence">Its number; later ones have greater numbers.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Id">To whom.</param>
/// <param name="Template">The number of the face; null where it is not about one.</param>
/// <param name="Time">When.</param>
public sealed record GalleryChange(long Sequence, GalleryChangeKind Kind, string Id, long? Template, DateTimeOffset Time);
