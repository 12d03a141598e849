using BTNet.Faces;

namespace BTNet.Tests.Faces;

public sealed class JpegEndTests
{
    [Theory]
    [InlineData("FFD8 FFD9", true)]
    [InlineData("FFD8 FFE00004AABB FFDA0002 112233 FFD9", true)]
    [InlineData("FFD8 FFDA0002 11FF0022 FFD0 33 FFD7 44 FFD9", true)] // a stuffed byte and restarts within the pixels
    [InlineData("FFD8 FFDA0002 11 FFC40003AA FFDA0002 22 FFD9", true)] // a second scan
    [InlineData("FFD8 FFDA0002 11 FFFFFF D9", true)] // filled up before the marker
    [InlineData("FFD8 FFDA0002 11 FFD9 0000", true)] // something follows
    [InlineData("FFD8 FFE10006FFD8FFD9 FFDA0002 11", false)] // only the thumbnail ends
    [InlineData("FFD8 FFDA0002 11FF00D9", false)]
    [InlineData("FFD8 FFDA0002 11 FF", false)]
    [InlineData("FFD8 FFE1FFFFFFD9", false)] // a segment that is longer than the file
    [InlineData("FFD8 FFE1FF", false)]
    [InlineData("FFD8", false)]
    [InlineData("FF", false)]
    [InlineData("", false)]
    public void The_end_is_the_pictures_own(string bytes, bool present) =>
        Assert.Equal(present, JpegEnd.IsPresent(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal))));

    [Fact]
    public void A_segment_of_length_zero_does_not_stop_the_search() =>
        Assert.True(JpegEnd.IsPresent([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF, 0xD9]));
}
