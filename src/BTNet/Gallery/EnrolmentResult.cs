namespace BTNet.Gallery;

/// <summary>What became of an <see cref="Enrolment"/>.</summary>
/// <param name="Id">Whose it is.</param>
/// <param name="IsNew">Whether the subject was not there before.</param>
/// <param name="Enrolled">Faces enrolled.</param>
/// <param name="Known">Faces left out, as the subject has the same picture already.</param>
/// <param name="Elsewhere">Other subjects that have one of the pictures: somebody may be enrolled twice.</param>
public sealed record EnrolmentResult(string Id, bool IsNew, int Enrolled, int Known, IReadOnlyList<string> Elsewhere);
