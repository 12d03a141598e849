using BTNet.Inference;
using BTNet.TestSupport;

namespace BTNet.Tests;

/// <summary>What users of the library have come to rely on changes only by somebody's will.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one() => ApprovedSurface.Check(typeof(FaceEmbedder).Assembly);
}
