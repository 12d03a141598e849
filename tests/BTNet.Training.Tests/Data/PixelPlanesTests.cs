using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class PixelPlanesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(49)]
    [InlineData(12544)]
    public void Each_plane_has_its_channel_of_every_pixel(int count)
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * count).Select(at => (byte)(7 * at))];
        var planes = new byte[pixels.Length];

        PixelPlanes.Write(pixels, planes);

        Assert.Equal(Enumerable.Range(0, 3).SelectMany(channel => pixels.Where((_, at) => at % 3 == channel)), planes);
    }
}
