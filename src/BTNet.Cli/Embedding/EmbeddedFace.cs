using BTNet.Resolutions;

namespace BTNet.Cli.Embedding;

/// <summary>A row of what <c>btnet embed</c> writes.</summary>
/// <param name="Path">The picture, as it was found.</param>
/// <param name="Face">Which of the picture's faces, from 0.</param>
/// <param name="Choice">The branch that it went to, and why; its width and height are the face's.</param>
/// <param name="Norm">Length of the raw embedding.</param>
/// <param name="Warning">What is odd about the face; empty where nothing is.</param>
/// <param name="Values">The raw embedding <c>[D]</c>.</param>
internal sealed record EmbeddedFace(string Path, int Face, BranchChoice Choice, double Norm, string Warning, float[] Values);

/// <summary>A picture that was left out.</summary>
/// <param name="Path">The picture, as it was found.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record SkippedPicture(string Path, string Reason);
